// Values of a program as tensors of this library: numbers, nested lists, arrays of other libraries.
import { isOpaque, ListValue, type OpaqueValue, TupleValue, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { constant, DATA_LIMIT, isFloating, type Scalar } from "../../3-graph/operations/common";
import { type DType, Tensor } from "../../3-graph/tensor";
import type { Dim } from "../../3-graph/shape";
import { kerasLibrary } from "./library";

interface Nested {
  shape: Dim[];
  data: number[] | null;
  dtype: DType;
}

function readNested(vm: Vm, value: Value): Nested | OpaqueValue {
  switch (value.kind) {
    case "opaque":
      return value;
    case "number":
      return {
        shape: [],
        data: [value.value],
        dtype: value.isFloat || !Number.isInteger(value.value) ? "float32" : "int32",
      };
    case "boolean":
      return { shape: [], data: [value.value ? 1 : 0], dtype: "bool" };
    case "string":
      return { shape: [], data: null, dtype: "string" };
    case "list":
    case "tuple":
    case "range": {
      const items = vm.iterate(value);
      if (isOpaque(items)) return items;
      const parts: Nested[] = [];
      for (const item of items) {
        const part = readNested(vm, item);
        if (isOpaque(part)) return part;
        parts.push(part);
      }
      const first = parts[0];
      if (!first) return { shape: [0], data: [], dtype: "float32" };
      const data =
        parts.every((part) => part.data !== null) && parts.length <= DATA_LIMIT
          ? parts.flatMap((part) => part.data as number[])
          : null;
      const dtype = parts.some((part) => isFloating(part.dtype)) ? "float32" : first.dtype;
      return { shape: [parts.length, ...first.shape], data, dtype };
    }
    case "host":
      if (value instanceof Tensor) {
        if (value.shape === null) return value.reason ?? vm.unknown("the rank of a tensor is not known");
        return { shape: [...value.shape], data: value.data ? [...value.data] : null, dtype: value.dtype };
      }
      if (value.typeName === "Tensor") {
        // The shape of a tensor as a tensor: its dimensions may be unknown, its length is not.
        const dims = value.iterate(vm);
        if (Array.isArray(dims)) {
          const known = dims.every((dim) => dim.kind === "number");
          return {
            shape: [dims.length],
            data: known ? dims.map((dim) => (dim.kind === "number" ? dim.value : 0)) : null,
            dtype: "int32",
          };
        }
      }
      return vm.unknown(`${value.typeName} as a tensor`);
    default:
      return vm.unknown(`${vm.typeName(value)} as a tensor`);
  }
}

/** A value as a tensor: tensors as they are, numbers and nested lists as constants. Throws Unknown for anything else. */
export function toTensor(vm: Vm, value: Value | undefined, dtype?: DType): Tensor {
  if (value === undefined) throw vm.giveUp("a tensor is missing");
  if (value instanceof Tensor) return ofLibrary(value);
  if (isOpaque(value)) throw vm.giveUp(value.reason);
  const nested = readNested(vm, value);
  if (isOpaque(nested)) throw vm.giveUp(nested.reason);
  return constant(kerasLibrary, nested.shape, dtype ?? nested.dtype, nested.data);
}

/** The same tensor, of this library: arrays of numpy become constants of TensorFlow. */
export function ofLibrary(tensor: Tensor): Tensor {
  if (tensor.library === kerasLibrary) return tensor;
  const copy = new Tensor(tensor.shape, tensor.dtype, kerasLibrary, tensor.reason);
  copy.role = tensor.role;
  copy.data = tensor.data;
  copy.freeBatch = tensor.freeBatch;
  copy.producer = tensor.producer;
  copy.name = tensor.name;
  return copy;
}

/** True for a list that holds tensors, at any depth. */
function holdsTensors(value: Value): boolean {
  if (value instanceof Tensor || isOpaque(value)) return true;
  if (value.kind === "list" || value.kind === "tuple") return value.items.some(holdsTensors);
  return false;
}

/** An argument of a layer: arrays and lists of numbers become tensors, structures of tensors stay. */
export function toKerasInput(vm: Vm, value: Value): Value {
  if (value instanceof Tensor) return ofLibrary(value);
  if ((value.kind === "list" || value.kind === "tuple") && value.items.length > 0 && !holdsTensors(value)) {
    const nested = readNested(vm, value);
    return isOpaque(nested) ? nested : constant(kerasLibrary, nested.shape, nested.dtype, nested.data);
  }
  if (value.kind === "list" || value.kind === "tuple") {
    const items = value.items.map((item) => (item instanceof Tensor ? ofLibrary(item) : item));
    if (items.some((item, index) => item !== value.items[index]))
      return value.kind === "list" ? new ListValue(items) : new TupleValue(items);
  }
  return value;
}

/** An operand of element-wise arithmetic: a tensor, or a plain number. Throws Unknown when it is not known. */
export function toOperand(vm: Vm, value: Value | undefined): Tensor | Scalar {
  if (value?.kind === "number") return { value: value.value, isFloat: value.isFloat };
  if (value?.kind === "boolean") return { value: value.value ? 1 : 0, isFloat: false, isBoolean: true };
  return toTensor(vm, value);
}
