// The form of numpy functions: a name, a Python signature, a body. One table serves `np.*` and, where the first parameter is
// the array, the methods of arrays. Values are computed by plain functions on row-major lists.
import { type Bound, native } from "../../../2-evaluate/native";
import { isNone, type NativeFunction, type Value } from "../../../2-evaluate/values";
import type { Vm } from "../../../2-evaluate/vm";
import { forEachIndex, rowMajor } from "../../../3-graph/operations/common";
import { isKnown, type Shape } from "../../../3-graph/shape";
import { Tensor } from "../../../3-graph/tensor";
import { numpyLibrary, toArray, write } from "../array";

export type Body = (vm: Vm, args: Bound) => Value;

/** Functions by name: signature and body. */
export type NumpyTable = Record<string, readonly [signature: string, body: Body]>;

/** The array argument of this name. */
export function arrayOf(vm: Vm, args: Bound, name = "a"): Tensor {
  return toArray(vm, args[name]);
}

/** The same function under several names. */
export function alsoNamed(table: NumpyTable, names: Readonly<Record<string, string>>): NumpyTable {
  for (const [name, of] of Object.entries(names)) table[name] = table[of] as NumpyTable[string];
  return table;
}

/** A native of one table entry; `out=` gets the values when it is given. */
export function makeFunction(name: string, [signature, body]: NumpyTable[string]): NativeFunction {
  const full = signature.includes("**") || signature.includes("out=") ? signature : `${signature}, out=None`;
  return native(name, full, (vm, args) => {
    const result = body(vm, args);
    const { out } = args;
    if (isNone(out) || !(out instanceof Tensor) || out.library !== numpyLibrary) return result;
    write(vm, out, result instanceof Tensor ? result.data : result.kind === "number" ? [result.value] : null);
    return out;
  });
}

/** All functions of a table as natives. */
export function makeFunctions(table: NumpyTable): Record<string, NativeFunction> {
  return Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, makeFunction(name, entry)]));
}

/** Values of a result that takes each element from somewhere in `from`; `source` gives the index there. */
export function pickData(
  tensor: Tensor,
  to: Shape,
  source: (index: readonly number[]) => readonly number[],
): number[] | null {
  const { data, shape } = tensor;
  if (!data || !shape || !isKnown(shape) || !isKnown(to)) return null;
  const strides = rowMajor(shape);
  const values: number[] = [];
  forEachIndex(to, (index) => {
    const place = source(index).reduce((sum, i, axis) => sum + i * (strides[axis] as number), 0);
    values.push(data[place] as number);
  });
  return values;
}
