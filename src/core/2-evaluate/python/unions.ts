// Type forms that are no classes: `int | None`, `Optional[X]`, type variables, `Literal[…]`. They take part in
// isinstance where Python allows it and are otherwise harmless: subscriptable, joinable with `|`, callable to unknown.
import { type ClassValue, HostObject, NONE, tuple, type Value } from "../values";
import type { Vm } from "../vm";

export class TypeForm extends HostObject {
  readonly typeName: string = "typing form";
  constructor(
    readonly name: string,
    /** For a union: its members. */
    readonly options: readonly Value[] | null,
    /** Arguments given in brackets. */
    readonly args: readonly Value[] = [],
  ) {
    super();
  }
  override getIndex(_vm: Vm, index: Value): Value {
    const args = index.kind === "tuple" ? index.items : [index];
    if (this.name === "Optional") return new TypeForm("Union", [...args, NONE], [...args, NONE]);
    if (this.name === "Union") return new TypeForm("Union", args, args);
    // The wrappers that only add a remark stand for the type inside.
    if (transparent.has(this.name) && args[0]) return args[0];
    return new TypeForm(this.name, null, args);
  }
  override binary(_vm: Vm, op: string, other: Value, reflected: boolean): Value | undefined {
    if (op !== "|") return undefined;
    return reflected ? unionOf(other, this) : unionOf(this, other);
  }
  override getAttribute(_vm: Vm, name: string): Value | undefined {
    return name === "__args__" ? tuple(this.args) : undefined;
  }
  override text(): string {
    return `typing.${this.name}`;
  }
}

const transparent = new Set(["Final", "Annotated", "Required", "NotRequired", "ReadOnly"]);

/** `left | right` of classes, None and type forms; undefined when one is none of these. */
export function unionOf(left: Value, right: Value): Value | undefined {
  const sides: Value[] = [];
  for (const side of [left, right]) {
    if (side instanceof TypeForm && side.options) sides.push(...side.options);
    else if (side.kind === "class" || side.kind === "none" || side instanceof TypeForm) sides.push(side);
    else return undefined;
  }
  return new TypeForm("Union", sides, sides);
}

export function isClass(value: Value): value is ClassValue {
  return value.kind === "class";
}
