// Tensors made from nothing: filled ones, ranges, identity matrices, random numbers. They are constants and add no operation;
// small ones keep their values for shape arithmetic and schedules.
import type { Dim, Shape } from "../shape";
import { elements, isKnown, mapDims } from "../shape";
import type { DType, Tensor, TensorLibrary } from "../tensor";
import { constant, DATA_LIMIT } from "./common";

/** A tensor of one value; null for values that are not known (random, empty). */
export function filled(library: TensorLibrary, shape: Shape, dtype: DType, value: number | null): Tensor {
  const size = elements(shape);
  const small = value !== null && typeof size === "number" && size <= DATA_LIMIT && size >= 0;
  return constant(library, shape, dtype, small ? new Array<number>(size).fill(value) : null);
}

/** A tensor of known values, row-major. */
export function fromData(
  library: TensorLibrary,
  shape: readonly number[],
  dtype: DType,
  data: readonly number[],
): Tensor {
  return constant(library, shape, dtype, data);
}

/** start, start + step, … below stop. */
export function arange(library: TensorLibrary, start: Dim, stop: Dim, step: Dim, dtype: DType): Tensor {
  const count = mapDims((a, b, by) => Math.max(0, Math.ceil((b - a) / by)), start, stop, step);
  const known =
    typeof count === "number" && count <= DATA_LIMIT && typeof start === "number" && typeof step === "number";
  return constant(library, [count], dtype, known ? Array.from({ length: count }, (_, i) => start + i * step) : null);
}

/** `count` values evenly spaced from start to stop; both ends are included unless `endpoint` is false. Bounds may be unknown. */
export function linspace(
  library: TensorLibrary,
  start: number | null,
  stop: number | null,
  count: Dim,
  dtype: DType,
  endpoint = true,
): Tensor {
  const known = typeof count === "number" && count <= DATA_LIMIT && start !== null && stop !== null;
  const parts = typeof count === "number" ? Math.max(1, endpoint ? count - 1 : count) : 1;
  const values = known ? Array.from({ length: count }, (_, i) => start + ((stop - start) * i) / parts) : null;
  return constant(library, [count], dtype, dtype === "float32" ? (values?.map(Math.fround) ?? null) : values);
}

/** Ones on the diagonal. */
export function eye(library: TensorLibrary, rows: Dim, columns: Dim, dtype: DType): Tensor {
  const shape = [rows, columns];
  if (!isKnown(shape) || (shape[0] as number) * (shape[1] as number) > DATA_LIMIT)
    return constant(library, shape, dtype);
  const width = shape[1] as number;
  const data = Array.from({ length: (shape[0] as number) * width }, (_, i) =>
    Math.floor(i / width) === i % width ? 1 : 0,
  );
  return constant(library, shape, dtype, data);
}
