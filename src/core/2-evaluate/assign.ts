// Binding values to targets: names, attributes, items, unpacking and JavaScript destructuring.
import type { ObjectTarget, Target, UnpackTarget } from "../1-syntax/tree";
import { getAttribute, setAttribute } from "./attributes";
import { evaluate, memberName } from "./expressions";
import type { Machine } from "./machine";
import type { Scope } from "./scope";
import { InstanceValue, isNone, isOpaque, ListValue, UNDEFINED, type Value } from "./values";

/** Binds a plain variable where the language puts it: the function scope in Python, the declaring scope in JavaScript. */
export function setVariable(vm: Machine, name: string, value: Value, scope: Scope): void {
  const redirected = scope.redirected?.get(name);
  const holder = redirected ?? (vm.language === "python" ? scope : (scope.holder(name) ?? scope.moduleScope()));
  if (holder.constants?.has(name)) throw vm.error("TypeError", "Assignment to constant variable.");
  vm.touch(holder);
  holder.variables.set(name, value);
}

/** Binds a value to a target. `declare` puts JavaScript variables into that scope instead of looking for the one declared. */
export function assign(vm: Machine, target: Target, value: Value, scope: Scope, declare?: Scope): void {
  switch (target.kind) {
    case "name":
      if (declare) {
        vm.touch(declare);
        declare.variables.set(target.id, value);
      } else {
        setVariable(vm, target.id, value, scope);
      }
      return;
    case "attribute":
      setAttribute(vm, evaluate(vm, target.object, scope), memberName(vm, target.name), value);
      return;
    case "index": {
      const object = evaluate(vm, target.object, scope);
      const index = evaluate(vm, target.index, scope);
      if (isOpaque(object)) return;
      vm.at(target.span);
      vm.dialect.setIndex(vm, object, index, value);
      return;
    }
    case "unpack":
      unpack(vm, target, value, scope, declare);
      return;
    case "object-target":
      unpackObject(vm, target, value, scope, declare);
      return;
    case "hole":
      return;
  }
}

function unpack(vm: Machine, target: UnpackTarget, value: Value, scope: Scope, declare?: Scope): void {
  const { elements } = target;
  const items = vm.iterate(value);
  if (isOpaque(items)) {
    for (const element of elements) if (element) assign(vm, element.target, items, scope, declare);
    return;
  }
  const restAt = elements.findIndex((element) => element?.rest);
  if (vm.language === "python") {
    const wanted = restAt < 0 ? elements.length : elements.length - 1;
    if (restAt < 0 ? items.length !== wanted : items.length < wanted) {
      const few = items.length < wanted;
      throw vm.error(
        "ValueError",
        few
          ? `not enough values to unpack (expected ${restAt < 0 ? "" : "at least "}${wanted}, got ${items.length})`
          : `too many values to unpack (expected ${wanted})`,
      );
    }
  }
  const afterRest = restAt < 0 ? 0 : elements.length - restAt - 1;
  let position = 0;
  elements.forEach((element, index) => {
    if (!element) {
      position++;
    } else if (element.rest) {
      const end = Math.max(position, items.length - afterRest);
      assign(vm, element.target, new ListValue(items.slice(position, end)), scope, declare);
      position = end;
    } else {
      let item = items[position++];
      if ((item === undefined || item.kind === "undefined") && element.fallback) {
        item = evaluate(vm, element.fallback, scope);
      }
      assign(vm, element.target, item ?? UNDEFINED, scope, declare);
    }
    return index;
  });
}

function unpackObject(vm: Machine, target: ObjectTarget, value: Value, scope: Scope, declare?: Scope): void {
  if (isNone(value)) throw vm.error("TypeError", "cannot destructure undefined or null");
  const taken = new Set<string>();
  for (const { key, target: inner, fallback } of target.properties) {
    const name = vm.text(evaluate(vm, key, scope));
    let item: Value;
    if (isOpaque(value)) item = value;
    else if (isOpaque(name)) item = name;
    else {
      taken.add(name);
      item = getAttribute(vm, value, name);
    }
    if (item.kind === "undefined" && fallback) item = evaluate(vm, fallback, scope);
    assign(vm, inner, item, scope, declare);
  }
  if (!target.rest) return;
  if (value.kind === "instance") {
    const rest = new InstanceValue(value.type);
    rest.taint = value.taint;
    for (const [name, item] of value.fields) if (!taken.has(name)) rest.fields.set(name, item);
    assign(vm, target.rest, rest, scope, declare);
  } else {
    const unknown = isOpaque(value) ? value : vm.unknown("the rest of a destructured value is not an object");
    assign(vm, target.rest, unknown, scope, declare);
  }
}

/** The present value of a target, for `+=` and `++`. */
export function readTarget(vm: Machine, target: Target, scope: Scope): Value {
  switch (target.kind) {
    case "name":
    case "attribute":
    case "index":
      return evaluate(vm, target, scope);
    default:
      return vm.unknown("this assignment needs a single target");
  }
}
