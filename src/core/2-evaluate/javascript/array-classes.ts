// Array and the typed arrays as classes. A typed array is a list of known length whose numbers have the precision of its
// elements; what is written into it is brought to that precision.
import { LIMITS } from "../limits";
import { bool, type ClassValue, int, ListValue, list, type NativeFunction, UNDEFINED, type Value } from "../values";
import type { Vm } from "../vm";
import { arrayOf } from "./arrays";
import { constructible } from "./construct";
import { position, toInteger, toNumber } from "./convert";
import { arrayClass, asElement, elementBytes, HOLE, NativeMethod, typedArrayClasses, typedArrays } from "./kinds";
import { arrayLike } from "./objects";
import { addGetters, addMethods, addStatics, callback, type FunctionBody, known, mutator, read } from "./support";

function sized(vm: Vm, length: Value, value: Value): ListValue {
  const count = toNumber(vm, length);
  if (!Number.isInteger(count) || count < 0) throw vm.error("RangeError", "Invalid array length");
  if (count > LIMITS.listLength) throw vm.giveUp(`an array is longer than ${LIMITS.listLength} items`);
  return new ListValue(new Array<Value>(count).fill(value));
}

constructible(arrayClass, (vm, args) => {
  const [first] = args;
  if (args.length === 1 && first && (first.kind === "number" || first.kind === "opaque")) {
    return sized(vm, known(first), HOLE);
  }
  return list(args.slice());
});

/** `from(source, mapper)` of Array and the typed arrays. */
function from(make: (items: Value[]) => Value): FunctionBody {
  return (vm, [source, mapper, thisArg]) => {
    const items = arrayLike(vm, source ?? UNDEFINED);
    if (mapper === undefined || mapper.kind === "undefined") return make(items.map(read));
    const call = callback(vm, mapper, thisArg);
    return make(items.map((item, index) => call(read(item), int(index))));
  };
}

addStatics(arrayClass, {
  from: from(list),
  fromAsync: from(list),
  of: (_vm, args) => list(args.slice()),
  isArray: (_vm, [value]) => {
    const inner = known(value);
    if (inner.kind === "instance") return bool(inner.payload?.kind === "list");
    return bool(inner.kind === "tuple" || (inner.kind === "list" && !typedArrays.has(inner)));
  },
});

// --- typed arrays ---------------------------------------------------------------------------------------------------

/** A value as an element: numbers lose the digits that do not fit; what is not known stays so. */
export function element(vm: Vm, cls: ClassValue, value: Value): Value {
  return value.kind === "opaque" ? value : int(asElement(cls, toNumber(vm, value)));
}

function typed(vm: Vm, cls: ClassValue, items: readonly Value[]): ListValue {
  const made = new ListValue(items.map((item) => element(vm, cls, item)));
  typedArrays.set(made, cls);
  return made;
}

/** Methods that give an array of the same class, or change this one. */
const SAME_CLASS = ["map", "filter", "slice", "toSorted", "toReversed", "with"];
const IN_PLACE = ["fill", "sort", "reverse", "copyWithin"];
const ABSENT = new Set(["push", "pop", "shift", "unshift", "splice", "concat", "flat", "flatMap", "toSpliced"]);

/** Typed arrays sort by value. */
function numerically(): Value {
  return new NativeMethod("compare", (vm, args) => {
    const [a, b] = args.positional;
    return int(toNumber(vm, a) - toNumber(vm, b));
  });
}

function inherit(cls: ClassValue, name: string, inherited: NativeFunction): NativeFunction {
  const sorts = name === "sort" || name === "toSorted";
  if (!SAME_CLASS.includes(name) && !IN_PLACE.includes(name)) return inherited;
  return new NativeMethod(name, (vm, args) => {
    const byDefault = sorts && args.positional.length < 2;
    const positional = byDefault ? [...args.positional, numerically()] : args.positional;
    const result = inherited.call(vm, { ...args, positional });
    if (result.kind !== "list" || result.taint) return result;
    if (SAME_CLASS.includes(name)) return typed(vm, cls, result.items);
    if (name === "fill") result.items = result.items.map((item) => element(vm, cls, item));
    return result;
  });
}

for (const cls of typedArrayClasses) {
  for (const [name, member] of arrayClass.members) {
    if (member.kind === "native" && !ABSENT.has(name)) cls.members.set(name, inherit(cls, name, member));
  }
  constructible(cls, (vm, args) => {
    const [source] = args;
    const value = known(source);
    if (value.kind === "number") {
      const made = sized(vm, value, int(0));
      typedArrays.set(made, cls);
      return made;
    }
    return typed(vm, cls, value.kind === "undefined" ? [] : arrayLike(vm, value));
  });
  addStatics(cls, {
    from: (vm, args) => from((items) => typed(vm, cls, items))(vm, args),
    of: (vm, args) => typed(vm, cls, args),
    BYTES_PER_ELEMENT: int(elementBytes(cls)),
  });
  addGetters(cls, {
    byteLength: (vm, self) => int(arrayOf(vm, self).items.length * elementBytes(cls)),
    BYTES_PER_ELEMENT: () => int(elementBytes(cls)),
    byteOffset: () => int(0),
    buffer: (vm) => vm.unknown("the bytes of a typed array are not followed"),
  });
  addMethods(cls, {
    // A view in JavaScript; a copy here, which differs only when one of the two is written to afterwards.
    subarray: (vm, self, [start, end]) => {
      const { items } = arrayOf(vm, self);
      const { length } = items;
      return typed(vm, cls, items.slice(position(vm, start, length, 0), position(vm, end, length, length)));
    },
  });
  addMethods(
    cls,
    {
      set: (vm, self, [source, offset]) => {
        const array = arrayOf(vm, self);
        const items = arrayLike(vm, source ?? UNDEFINED);
        const start = toInteger(vm, offset);
        if (start + items.length > array.items.length) throw vm.error("RangeError", "offset is out of bounds");
        vm.touch(array);
        items.forEach((item, index) => {
          array.items[start + index] = element(vm, cls, item);
        });
        return UNDEFINED;
      },
    },
    mutator,
  );
}
