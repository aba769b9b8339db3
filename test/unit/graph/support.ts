// For tests of graph operations: a machine without libraries, plain tensors, and the graph a body makes.
import { Raised } from "../../../src/core/2-evaluate/signals";
import { OpaqueValue } from "../../../src/core/2-evaluate/values";
import { withGraph } from "../../../src/core/3-graph/graph";
import type { Operation } from "../../../src/core/3-graph/operation";
import type { Dim, Shape } from "../../../src/core/3-graph/shape";
import { type DType, Tensor, type TensorLibrary } from "../../../src/core/3-graph/tensor";
import { machineWith } from "../../support/evaluate";

export const vm = machineWith();

export const library: TensorLibrary = {
  typeName: "Plain",
  errorType: "RuntimeError",
  attribute: () => undefined,
  binary: () => undefined,
  unary: () => undefined,
  compare: () => undefined,
  getIndex: () => undefined,
  isInstanceOf: () => false,
};

/** An activation of this shape; null for unknown rank. */
export function activation(shape: Shape | null, dtype: DType = "float32"): Tensor {
  return new Tensor(shape, dtype, library, shape === null ? unknown() : null);
}

export function weight(...shape: Dim[]): Tensor {
  const tensor = new Tensor(shape, "float32", library);
  tensor.role = "weight";
  return tensor;
}

/** An unknown dimension; with a name it is equal to itself. */
export function unknown(name: string | null = null): OpaqueValue {
  return new OpaqueValue("it is not known", null, name);
}

/** Shape with "?" for what is not known; null for unknown rank. */
export function shown(tensor: Tensor): (number | "?")[] | null {
  return tensor.shape?.map((dim) => (typeof dim === "number" ? dim : "?")) ?? null;
}

/** The operations that a body adds to the graph. */
export function operationsOf(body: () => unknown): Operation[] {
  return withGraph(vm, body).graph.operations;
}

/** The message of the exception that a body raises. */
export function raisedBy(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    if (error instanceof Raised) return `${error.type}: ${error.message}`;
    throw error;
  }
  return "nothing was raised";
}
