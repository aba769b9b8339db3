// The configuration objects of TensorFlow.js as keyword arguments of the Keras layer classes: names in snake case, and the few
// names and values that differ.
import { Unknown } from "../../2-evaluate/signals";
import { DictValue, InstanceValue, isOpaque, ListValue, str, TupleValue, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";

/** Names that do not follow from the spelling. */
const NAMES: Readonly<Record<string, string>> = {
  alpha: "alpha",
  batchInputShape: "batch_input_shape",
  batchSize: "batch_size",
};

/** "kernelSize" to "kernel_size". */
export function snake(name: string): string {
  return NAMES[name] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** String values that Keras writes otherwise. */
const VALUES: Readonly<Record<string, string>> = {
  channelsFirst: "channels_first",
  channelsLast: "channels_last",
  oneHot: "one_hot",
  multiHot: "multi_hot",
};

function convert(value: Value): Value {
  if (value.kind === "string") return VALUES[value.value] === undefined ? value : str(VALUES[value.value] as string);
  // Arrays of sizes are tuples in Python; arrays of layers stay lists.
  if (
    value.kind === "list" &&
    value.taint === null &&
    value.items.every((item) => item.kind === "number" || item.kind === "none" || item.kind === "list")
  ) {
    return new TupleValue(value.items.map(convert));
  }
  return value;
}

/** The fields of a configuration object (or of a map) as they are. */
export function fieldsOf(vm: Vm, config: Value | undefined): Map<string, Value> {
  if (config === undefined || config.kind === "none" || config.kind === "undefined") return new Map();
  if (isOpaque(config)) throw new Unknown(config);
  if (config instanceof InstanceValue) {
    const gap = config.incomplete ?? config.taint;
    if (gap) throw new Unknown(gap);
    return config.fields;
  }
  if (config instanceof DictValue) {
    return new Map(
      [...config.entries.values()].flatMap(({ key, value }) =>
        key.kind === "string" ? [[key.value, value] as const] : [],
      ),
    );
  }
  // Any other value of JavaScript has none of the fields that are asked for.
  if (config.kind === "number" || config.kind === "string" || config.kind === "boolean") return new Map();
  throw vm.giveUp("the configuration of a layer is not an object");
}

/** A configuration object as keyword arguments; undefined values are left out. */
export function keywordsOf(vm: Vm, config: Value | undefined): Map<string, Value> {
  const keywords = new Map<string, Value>();
  for (const [name, value] of fieldsOf(vm, config)) {
    if (value.kind !== "undefined") keywords.set(snake(name), convert(value));
  }
  return keywords;
}

/** An array for JavaScript. */
export function array(items: readonly Value[]): ListValue {
  return new ListValue([...items]);
}

/** Shape tuples of the Keras layers as arrays, through lists. */
export function toArrays(value: Value): Value {
  if (value.kind === "tuple" || value.kind === "list") return array(value.items.map(toArrays));
  return value;
}
