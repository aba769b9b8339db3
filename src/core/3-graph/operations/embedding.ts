// Looking rows of a table up by whole-number indices: embedding layers and bags of embeddings.
import type { Vm } from "../../2-evaluate/vm";
import type { Dim, Shape } from "../shape";
import type { Tensor } from "../tensor";
import { produce, raise, reasonOf } from "./common";

/** [...] indices to [..., width]; `table` is [vocabulary, width]. */
export function embedding(vm: Vm, indices: Tensor, table: Tensor): Tensor {
  const vocabulary = table.shape?.[0] ?? vm.unknown("the size of an embedding table is not known");
  const width = table.shape?.[1] ?? vm.unknown("the width of an embedding table is not known");
  if (table.shape !== null && table.shape.length !== 2) throw raise(vm, table, "'weight' must be 2-D");
  const shape: Shape | null = indices.shape === null ? null : [...indices.shape, width];
  return produce(vm, { kind: "embedding", vocabulary, width }, [indices, table], {
    shape,
    dtype: table.dtype,
    reason: shape === null ? reasonOf(vm, indices) : null,
  });
}

/** Sums, averages or takes the maximum of the rows of each bag: [bags, n] indices, or flat ones with `bags` given, to [bags, width]. */
export function embeddingBag(vm: Vm, indices: Tensor, table: Tensor, bags: Dim): Tensor {
  const vocabulary = table.shape?.[0] ?? vm.unknown("the size of an embedding table is not known");
  const width = table.shape?.[1] ?? vm.unknown("the width of an embedding table is not known");
  return produce(vm, { kind: "embedding", vocabulary, width }, [indices, table], {
    shape: [bags, width],
    dtype: table.dtype,
    settings: { bags: true },
  });
}
