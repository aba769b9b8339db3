// For the tests of the lowering: lowers the model of a text, and shows tensors as the recorded files do.
import type { InputSpec } from "../../../src/core/analyze";
import type { DeployedGraph } from "../../../src/core/6-deploy/deployed-graph";
import { lower, type LowerOptions } from "../../../src/core/6-deploy/lower";
import { traceModel } from "../../support/trace";

/** The model an expression of a Python program gives, after one inference. */
export function trace(text: string, entry = "model", inputs: InputSpec[] = []) {
  return traceModel({ file: "/main.py", root: "", text, entry, inputs });
}

/** The deployed graph of a program's model; throws with the reasons when there is none. */
export function lowered(source: string, options: LowerOptions, entry?: string, inputs?: InputSpec[]): DeployedGraph {
  const result = lower(trace(source, entry, inputs), options);
  if ("unknown" in result) throw new Error(result.unknown.map(({ reason }) => reason).join("; "));
  return result.graph;
}

/** A tensor as text: `1x12x12x3 INT8 0 1` (shape, type, constant bytes, scales). */
export function tensorText(graph: DeployedGraph, index: number): string {
  const tensor = graph.tensors[index];
  if (!tensor) return "-";
  const state = tensor.variable ? " state" : "";
  return `${tensor.shape.join("x") || "-"} ${tensor.type} ${tensor.constantBytes} ${tensor.scales}${state}`;
}
