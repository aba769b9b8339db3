// The built-in classes of Python as ClassValues, and the class of every value. Only the classes are made here; their
// methods are put into `members` by the methods-*.ts files, their constructors by constructors.ts.
import { ClassValue, HostObject, type StringValue, type Value } from "../values";

export const objectType = new ClassValue("object", []);

function builtin(name: string, base: ClassValue = objectType): ClassValue {
  return new ClassValue(name, [base]);
}

export const typeType = builtin("type");
export const noneType = builtin("NoneType");
export const ellipsisType = builtin("ellipsis");
export const notImplementedType = builtin("NotImplementedType");
export const intType = builtin("int");
export const boolType = builtin("bool", intType);
export const floatType = builtin("float");
export const complexType = builtin("complex");
export const strType = builtin("str");
export const bytesType = builtin("bytes");
export const bytearrayType = builtin("bytearray");
export const memoryviewType = builtin("memoryview");
export const listType = builtin("list");
export const tupleType = builtin("tuple");
export const dictType = builtin("dict");
export const orderedDictType = builtin("OrderedDict", dictType);
export const defaultDictType = builtin("defaultdict", dictType);
export const counterType = builtin("Counter", dictType);
export const setType = builtin("set");
export const frozensetType = builtin("frozenset");
export const sliceType = builtin("slice");
export const rangeType = builtin("range");
export const generatorType = builtin("generator");
export const enumerateType = builtin("enumerate");
export const zipType = builtin("zip");
export const mapType = builtin("map");
export const filterType = builtin("filter");
export const reversedType = builtin("reversed");
export const functionType = builtin("function");
export const builtinFunctionType = builtin("builtin_function_or_method");
export const methodType = builtin("method");
export const propertyType = builtin("property");
export const staticmethodType = builtin("staticmethod");
export const classmethodType = builtin("classmethod");
export const moduleType = builtin("module");
export const superType = builtin("super");

const dictTypes: Readonly<Record<string, ClassValue>> = {
  OrderedDict: orderedDictType,
  defaultdict: defaultDictType,
  Counter: counterType,
};

/** What `type(value)` gives; undefined for what is not known and for host objects, which have no class of their own. */
export function typeOf(value: Value): ClassValue | undefined {
  switch (value.kind) {
    case "none":
    case "undefined":
      return noneType;
    case "ellipsis":
      return ellipsisType;
    case "boolean":
      return boolType;
    case "number":
      return value.isFloat ? floatType : intType;
    case "string":
      return value.bytes ? bytesType : strType;
    case "list":
      return listType;
    case "tuple":
      return value.type ?? tupleType;
    case "set":
      return value.frozen ? frozensetType : setType;
    case "dict":
      return dictTypes[value.typeName] ?? dictType;
    case "slice":
      return sliceType;
    case "range":
      return rangeType;
    case "iterator":
      return generatorType;
    case "function":
      return functionType;
    case "native":
      return builtinFunctionType;
    case "method":
      return methodType;
    case "property":
      return propertyType;
    case "staticmethod":
      return staticmethodType;
    case "classmethod":
      return classmethodType;
    case "class":
      return value.metaclass ?? typeType;
    case "instance":
      return value.type;
    case "module":
      return moduleType;
    case "super":
      return superType;
    case "host":
    case "opaque":
      return undefined;
  }
}

/** Name of the type as CPython prints it in messages. */
export function typeNameOf(value: Value): string {
  if (value.kind === "host") return value.typeName;
  if (value.kind === "opaque") return "unknown";
  return typeOf(value)?.name ?? "object";
}

/** The built-in value inside an instance of a built-in subclass, else the value itself. */
export function payload(value: Value): Value {
  return value.kind === "instance" && value.payload !== null ? value.payload : value;
}

class NotImplementedObject extends HostObject {
  readonly typeName = "NotImplementedType";
  override text(): string {
    return "NotImplemented";
  }
}

/** What an operator method returns to pass the question to the other operand. */
export const NOT_IMPLEMENTED = new NotImplementedObject();

export function isText(value: Value): value is StringValue {
  return value.kind === "string" && !value.bytes;
}
