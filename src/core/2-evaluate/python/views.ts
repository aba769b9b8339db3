// `dict.keys()`, `dict.values()`, `dict.items()`: live views on a dict.
import {
  bool,
  type ClassValue,
  type DictValue,
  HostObject,
  isOpaque,
  list,
  type OpaqueValue,
  SetValue,
  str,
  tuple,
  type Value,
} from "../values";
import type { Vm } from "../vm";
import { contains, equals } from "./compare";
import { combineSets, entriesOf } from "./dicts";
import { repr } from "./text";

type Which = "keys" | "values" | "items";

export class DictView extends HostObject {
  readonly typeName: string;
  constructor(
    readonly dict: DictValue,
    readonly which: Which,
  ) {
    super();
    const prefix = dict.typeName === "OrderedDict" ? "odict" : "dict";
    this.typeName = `${prefix}_${which}`;
  }
  override iterate(): Value[] | OpaqueValue {
    if (this.dict.taint) return this.dict.taint;
    const items: Value[] = [];
    for (const { key, value } of this.dict.entries.values()) {
      items.push(this.which === "keys" ? key : this.which === "values" ? value : tuple([key, value]));
    }
    return items;
  }
  override length(): number | OpaqueValue {
    return this.dict.taint ?? this.dict.entries.size;
  }
  override truth(): boolean | OpaqueValue {
    return this.dict.taint ?? this.dict.entries.size > 0;
  }
  override compare(vm: Vm, op: string, other: Value, _reflected: boolean): Value | undefined {
    if (op === "in") {
      const items = this.iterate();
      const found =
        this.which === "keys"
          ? contains(vm, this.dict, other)
          : isOpaque(items)
            ? items
            : contains(vm, list(items), other);
      return isOpaque(found) ? found : bool(found);
    }
    if (this.which === "values") return op === "==" ? bool(this === other) : undefined;
    const set = this.asSet(vm);
    if (isOpaque(set)) return set;
    const right = other instanceof DictView ? other.asSet(vm) : other;
    if (right.kind !== "set") return undefined;
    if (op === "==" || op === "!=") {
      const same = equals(vm, set, right);
      return isOpaque(same) ? same : bool(same === (op === "=="));
    }
    return vm.compare(op as "<", set, right);
  }
  override binary(vm: Vm, op: string, other: Value, reflected: boolean): Value | undefined {
    if (this.which === "values" || !"&|-^".includes(op)) return undefined;
    const own = this.asSet(vm);
    if (isOpaque(own)) return own;
    const entries = entriesOf(vm, other);
    return new SetValue(reflected ? combineSets(op, entries, own.entries) : combineSets(op, own.entries, entries));
  }
  private asSet(vm: Vm): SetValue | OpaqueValue {
    const items = this.iterate();
    return isOpaque(items) ? items : new SetValue(entriesOf(vm, list(items)));
  }
  override getAttribute(_vm: Vm, name: string): Value | undefined {
    return name === "__class__" ? str(this.typeName) : undefined;
  }
  override isInstanceOf(_vm: Vm, cls: ClassValue): boolean {
    const names = this.which === "values" ? ["ValuesView"] : [this.which === "keys" ? "KeysView" : "ItemsView", "Set"];
    return ["MappingView", "Collection", "Iterable", "Sized", "Container", "Reversible", "object", ...names].includes(
      cls.name,
    );
  }
  override text(vm: Vm): string | undefined {
    const items = this.iterate();
    const printed = isOpaque(items) ? items : repr(vm, list(items));
    return isOpaque(printed) ? undefined : `${this.typeName}(${printed})`;
  }
}
