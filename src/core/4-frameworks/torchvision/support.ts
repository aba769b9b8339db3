// What the recipes of models share, as the module `torchvision._support`: what a builder makes of its arguments.
import { type Bound, native, nativeModule } from "../../2-evaluate/native";
import { Unknown } from "../../2-evaluate/signals";
import { bool, DictValue, int, isNone, isOpaque, type ModuleValue, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { weightClasses } from "./weights";

/** Whether stored weights were asked for by either argument. Older programs give `pretrained` first, where `weights` is now. */
function asksForWeights(vm: Vm, a: Bound): boolean | Value {
  for (const value of [a["weights"], a["pretrained"]]) {
    if (isNone(value)) continue;
    const truth = vm.truth(value as Value);
    if (truth !== false) return truth;
  }
  return false;
}

/** The keyword arguments of a builder; stored weights fix the number of classes. */
function options(vm: Vm, a: Bound): Value {
  const kwargs = a["kwargs"] as DictValue;
  // Where it is not known whether weights are stored, the architecture is the same.
  if (asksForWeights(vm, a) !== true) return kwargs;
  const standard = a["classes"]?.kind === "number" ? a["classes"].value : 1000;
  const classes = weightClasses(a["weights"], standard);
  const given = kwargs.get("num_classes");
  if (given?.kind === "number" && given.value !== classes) {
    throw vm.error(
      "ValueError",
      `The parameter 'num_classes' expected value ${classes} but got ${given.value} instead.`,
    );
  }
  if (given === undefined && classes !== 1000) {
    const filled = new DictValue(new Map(kwargs.entries));
    filled.put("num_classes", int(classes));
    return filled;
  }
  return kwargs;
}

export function supportModule(): ModuleValue {
  return nativeModule("torchvision._support", {
    unknown: native("unknown", "reason", (vm, a) =>
      vm.unknown(a["reason"]?.kind === "string" ? a["reason"].value : "not known"),
    ),
    is_known: native("is_known", "value", (_vm, a) => bool(!isOpaque(a["value"]))),
    options: native("options", "kwargs, weights, pretrained, classes=1000", options),
    has_weights: native("has_weights", "weights, pretrained", (vm, a) => {
      const asked = asksForWeights(vm, a);
      if (typeof asked === "boolean") return bool(asked);
      throw isOpaque(asked) ? new Unknown(asked) : vm.giveUp("whether weights are stored is not known");
    }),
  });
}
