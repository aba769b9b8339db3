// Which operation takes what another gives: for rules about two layers in a row.
import type { Operation } from "../3-graph/operation";
import type { Tensor } from "../3-graph/tensor";
import type { TracedModel } from "../5-models/model";

/** Answers who reads a tensor. */
export class Neighbours {
  private readonly readers = new Map<Tensor, Operation[]>();
  private readonly outputs: ReadonlySet<Tensor>;

  constructor(traced: TracedModel) {
    this.outputs = new Set(traced.outputs);
    for (const operation of traced.graph.operations) {
      for (const input of operation.inputs) {
        const known = this.readers.get(input);
        if (known) known.push(operation);
        else this.readers.set(input, [operation]);
      }
    }
  }

  /** The one operation that takes what this one gives; undefined when there are several, or the model gives it too. */
  onlyReader(operation: Operation): Operation | undefined {
    const [output, ...more] = operation.outputs;
    if (!output || more.length > 0 || this.outputs.has(output)) return undefined;
    const readers = this.readers.get(output) ?? [];
    return readers.length === 1 ? readers[0] : undefined;
  }
}

/** What stands before an operation; dropout and the like, which do nothing, are passed over. */
export function before(operation: Operation): Operation | null {
  let one = operation.inputs[0]?.producer ?? null;
  while (one?.attributes.kind === "identity") one = one.inputs[0]?.producer ?? null;
  return one;
}
