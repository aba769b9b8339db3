// Names of stored weights: `ResNet18_Weights.DEFAULT`. Nothing is ever loaded; what counts is that weights were asked for, and
// how many classes they were trained on.
import { native } from "../../2-evaluate/native";
import { bool, DictValue, HostObject, list, str, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";

/** How many classes stored weights of each kind have, by what their names hold. */
function classesOf(entry: string): number {
  if (/VOC/.test(entry)) return 21;
  if (/COCO/.test(entry)) return 91;
  return /KINETICS/.test(entry) ? 400 : 1000;
}

/** One entry of an enumeration of weights. */
export class WeightsEntry extends HostObject {
  readonly typeName: string;
  constructor(
    readonly family: string,
    readonly entry: string,
  ) {
    super();
    this.typeName = family;
  }
  override getAttribute(vm: Vm, name: string): Value | undefined {
    switch (name) {
      case "name":
        return str(this.entry);
      case "url":
        return str("");
      case "value":
        return this;
      case "meta":
        return this.meta();
      case "transforms":
        return native("transforms", "*args, **kwargs", () =>
          vm.unknown("the image preparation that belongs to stored weights"),
        );
      case "get_state_dict":
        return native("get_state_dict", "*args, **kwargs", () => vm.unknown("stored weights are not read"));
      default:
        return undefined;
    }
  }
  private meta(): Value {
    const names = Array.from({ length: classesOf(this.entry) }, (_, index) => str(`class ${index}`));
    const meta = new DictValue();
    meta.put("categories", list(names));
    return meta;
  }
  override compare(_vm: Vm, op: string, other: Value): Value | undefined {
    const same = other instanceof WeightsEntry && other.family === this.family && other.entry === this.entry;
    if (op === "==" || op === "is") return bool(same);
    if (op === "!=" || op === "is not") return bool(!same);
    return undefined;
  }
  override truth(): boolean {
    return true;
  }
  override text(): string {
    return `${this.family}.${this.entry}`;
  }
}

/** The enumeration itself; every name in capitals is an entry. */
class Weights extends HostObject {
  readonly typeName = "WeightsEnum";
  private readonly entries = new Map<string, WeightsEntry>();
  constructor(readonly name: string) {
    super();
  }
  private entry(name: string): WeightsEntry {
    let entry = this.entries.get(name);
    if (!entry) {
      entry = new WeightsEntry(this.name, name);
      this.entries.set(name, entry);
    }
    return entry;
  }
  override getAttribute(_vm: Vm, name: string): Value | undefined {
    if (/^[A-Z][A-Z0-9_]+$/.test(name)) return this.entry(name);
    if (name === "__name__") return str(this.name);
    if (name === "__members__") return new DictValue();
    if (name === "verify") return native("verify", "obj", (_machine, a) => a["obj"] as Value);
    return undefined;
  }
  override getIndex(_vm: Vm, index: Value): Value | undefined {
    return index.kind === "string" ? this.entry(index.value) : undefined;
  }
  override call(_vm: Vm, args: { positional: Value[] }): Value | undefined {
    return args.positional[0];
  }
  override iterate(): Value[] {
    return [this.entry("DEFAULT")];
  }
  override truth(): boolean {
    return true;
  }
  override text(): string {
    return this.name;
  }
}

const made = new Map<string, Weights>();

/** The enumeration of this name (`…_Weights`); undefined for another kind of name. */
export function weightsNamed(name: string): Value | undefined {
  if (!name.endsWith("_Weights")) return undefined;
  let weights = made.get(name);
  if (!weights) {
    weights = new Weights(name);
    made.set(name, weights);
  }
  return weights;
}

/** `get_weight("ResNet50_Weights.IMAGENET1K_V2")`. */
export const getWeight = native("get_weight", "name", (vm, a) => {
  const [family, entry] = a["name"]?.kind === "string" ? a["name"].value.split(".") : [];
  const weights = weightsNamed(family ?? "");
  return weights && entry ? vm.getAttribute(weights, entry) : vm.unknown("the name of stored weights is not known");
});

/** How many classes these weights have; 1000 (ImageNet) where they do not tell. */
export function weightClasses(weights: Value | undefined, standard: number): number {
  return weights instanceof WeightsEntry && weights.entry !== "DEFAULT" ? classesOf(weights.entry) : standard;
}
