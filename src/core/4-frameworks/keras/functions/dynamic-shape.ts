// What `tf.shape(x)` gives: a vector of whole numbers, some of which may not be known. It takes part in the arithmetic of shapes
// without adding anything to the graph.
import {
  HostObject,
  int,
  isOpaque,
  ListValue,
  type OpaqueValue,
  SliceValue,
  TupleValue,
  type Value,
} from "../../../2-evaluate/values";
import type { Vm } from "../../../2-evaluate/vm";
import { type Dim, dimValue } from "../../../3-graph/shape";
import { Tensor } from "../../../3-graph/tensor";
import { dtypeObject } from "../dtypes";
import { toDimOrNull } from "../shapes";

export class DynamicShape extends HostObject {
  readonly typeName = "Tensor";
  constructor(readonly dims: readonly Dim[]) {
    super();
  }

  /** A vector of numbers of which some may be unknown. */
  static of(vm: Vm, items: readonly Value[]): DynamicShape {
    return new DynamicShape(items.map((item) => toDimOrNull(vm, item, "a shape") ?? vm.unknown("a dimension is None")));
  }

  /** The concatenation when all parts are shapes or lists of numbers and at least one is a shape; undefined otherwise. */
  static join(vm: Vm, value: Value): DynamicShape | undefined {
    if (value.kind !== "list" && value.kind !== "tuple") return undefined;
    if (!value.items.some((item) => item instanceof DynamicShape)) return undefined;
    const dims: Dim[] = [];
    for (const item of value.items) {
      if (item instanceof DynamicShape) dims.push(...item.dims);
      else if (item instanceof Tensor) {
        if (!item.data) return undefined;
        dims.push(...item.data);
      } else dims.push(...DynamicShape.of(vm, vm.items(item)).dims);
    }
    return new DynamicShape(dims);
  }

  override getAttribute(vm: Vm, name: string): Value | undefined {
    if (name === "shape") return new TupleValue([int(this.dims.length)]);
    if (name === "dtype") return dtypeObject("int32");
    if (name === "numpy" || name === "as_list") return vm.getAttribute(new ListValue(this.iterate()), "copy");
    return undefined;
  }
  override getIndex(vm: Vm, index: Value): Value | undefined {
    if (index.kind === "opaque") return index;
    const result = vm.getIndex(new ListValue(this.iterate()), index);
    return index instanceof SliceValue && result.kind === "list" ? DynamicShape.of(vm, result.items) : result;
  }
  override iterate(): Value[] {
    return this.dims.map(dimValue);
  }
  override length(): number {
    return this.dims.length;
  }
  override binary(vm: Vm, op: string, other: Value, reflected: boolean): Value | undefined {
    const others = other.kind === "number" || isOpaque(other) ? this.dims.map(() => other) : vm.iterate(other);
    if (isOpaque(others)) return others;
    if (others.length !== this.dims.length) throw vm.error("ValueError", "shapes of different lengths are combined");
    const results = this.dims.map((dim, i) => {
      const [left, right] = reflected ? [others[i] as Value, dimValue(dim)] : [dimValue(dim), others[i] as Value];
      return vm.binary(op as "+", left, right);
    });
    return DynamicShape.of(
      vm,
      results.map((value) => (value.kind === "number" ? int(Math.trunc(value.value)) : value)),
    );
  }
  override compare(vm: Vm, op: string, other: Value): Value | undefined {
    return vm.compare(
      op as "==",
      new ListValue(this.iterate()),
      other instanceof DynamicShape ? new ListValue(other.iterate()) : other,
    );
  }
  override truth(vm: Vm): OpaqueValue {
    return vm.unknown("a shape is used as a condition");
  }
}
