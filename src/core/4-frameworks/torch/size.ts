// torch.Size: a tuple that knows its number of elements.
import { native, nativeClass } from "../../2-evaluate/native";
import { tupleType } from "../../2-evaluate/python/types";
import { int, isOpaque, type Value } from "../../2-evaluate/values";

function product(items: readonly Value[]): Value {
  let total = 1;
  for (const item of items) {
    if (isOpaque(item)) return item;
    if (item.kind === "number") total *= item.value;
  }
  return int(total);
}

export const sizeClass = nativeClass("Size", [tupleType], {
  numel: native("numel", "self", (vm, a) => product(vm.items(a["self"] as Value))),
});
