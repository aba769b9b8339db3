// Objects the environment provides: Math, console, document, process, window. They serve every evaluation, so what a program
// writes into one is kept with its evaluation and undone and joined like any other change.
import { mayCall } from "../callbacks";
import type { Machine } from "../machine";
import { HostObject, InstanceValue, type Value } from "../values";
import type { Vm } from "../vm";
import { objectClass } from "./kinds";

export class Namespace extends HostObject {
  constructor(
    readonly typeName: string,
    readonly members: Readonly<Record<string, Value>>,
    /** Gives a property that is not among the members; absent: it is not known to us. */
    private readonly missing?: (vm: Vm, name: string) => Value | undefined,
  ) {
    super();
  }

  /** What the running evaluation wrote into it. */
  written(vm: Vm): InstanceValue {
    const key = `javascript.namespace.${this.typeName}`;
    let fields = vm.state.get(key) as InstanceValue | undefined;
    if (!fields) {
      fields = new InstanceValue(objectClass);
      vm.state.set(key, fields);
    }
    return fields;
  }

  override getAttribute(vm: Vm, name: string): Value | undefined {
    const own = Object.hasOwn(this.members, name) ? this.members[name] : undefined;
    return this.written(vm).fields.get(name) ?? own ?? this.missing?.(vm, name);
  }
  override setAttribute(vm: Vm, name: string, value: Value): boolean {
    // `window.onload = start`
    if (name.startsWith("on") && value.kind === "function")
      mayCall(vm as Machine, value, vm.unknown(`whether the event '${name.slice(2)}' has come is not known`));
    const fields = this.written(vm);
    vm.touch(fields);
    fields.fields.set(name, value);
    return true;
  }
  override text(): string {
    return `[object ${this.typeName}]`;
  }
}
