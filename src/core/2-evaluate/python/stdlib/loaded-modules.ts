// sys.modules: the modules that have been loaded, by name. What a program puts in itself is kept; that a library of ours was
// imported cannot be told, so such a name counts as absent.
import { bool, DictValue, HostObject, isOpaque, NONE, type Value } from "../../values";
import type { Vm } from "../../vm";
import { derived, fn, isMissing } from "../support";

export class LoadedModules extends HostObject {
  readonly typeName = "dict";
  private readonly own = new DictValue();

  private read(vm: Vm, key: Value): Value | undefined {
    if (key.kind !== "string") return isOpaque(key) ? derived(key) : undefined;
    return this.own.get(key.value) ?? vm.loadedModule(key.value);
  }
  override getAttribute(_vm: Vm, name: string): Value | undefined {
    if (name !== "get") return undefined;
    return fn("get", "key default?", (vm, key, fallback) => {
      return this.read(vm, key) ?? (isMissing(fallback) ? NONE : fallback);
    });
  }
  override getIndex(vm: Vm, index: Value): Value {
    const found = this.read(vm, index);
    if (found) return found;
    throw vm.error("KeyError", index.kind === "string" ? `'${index.value}'` : "");
  }
  override setIndex(vm: Vm, index: Value, value: Value): boolean {
    vm.touch(this.own);
    if (index.kind === "string") this.own.put(index.value, value);
    return true;
  }
  override compare(vm: Vm, op: string, other: Value): Value | undefined {
    if (op !== "in") return undefined;
    const found = this.read(vm, other);
    return found && isOpaque(found) && isOpaque(other) ? found : bool(found !== undefined);
  }
}
