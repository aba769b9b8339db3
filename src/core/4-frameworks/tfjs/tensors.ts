// Tensors of TensorFlow.js: `x.shape` as an array, and every core function as a method (`x.mul(y).sum(-1)`).
import { BoundMethod, int, NONE, NativeFunction, str, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { dimValue, elements } from "../../3-graph/shape";
import type { Tensor } from "../../3-graph/tensor";
import { isBatch } from "../keras/shapes";
import { kerasState } from "../keras/state";
import { nodeOf } from "../keras/symbolic";
import { array } from "./config";
import { coreFunction } from "./core";

/** `tensor.shape`: null for the batch of a symbolic tensor; inside a layer the batch is a number. */
function shape(vm: Vm, self: Tensor): Value {
  if (self.shape === null) return self.reason ?? vm.unknown("the rank of a tensor is not known");
  const symbolic = kerasState(vm).depth === 0 && nodeOf(self) !== null;
  return array(self.shape.map((dim, axis) => (axis === 0 && symbolic && isBatch(self) ? NONE : dimValue(dim))));
}

const itself = (name: string, self: Tensor): Value => new NativeFunction(name, () => self);

/** Methods that give the tensor itself, as far as shapes go. */
const ITSELF = new Set([
  "read",
  "clone",
  "toFloat",
  "toInt",
  "toBool",
  "asType",
  "variable",
  "val",
  "dataToGPU",
  "print",
]);
/** Methods that give values, which are not known. */
const VALUES = new Set(["data", "dataSync", "array", "arraySync", "buffer", "bufferSync", "bytes"]);

/** The attribute of a tensor that JavaScript code reads. */
export function javascriptAttribute(vm: Vm, self: Tensor, name: string): Value | undefined {
  switch (name) {
    case "shape":
      return shape(vm, self);
    case "rank":
    case "rankType":
      return self.shape ? int(self.shape.length) : (self.reason ?? vm.unknown("the rank of a tensor is not known"));
    case "size": {
      const size = self.shape ? elements(self.shape) : self.reason;
      return size === null
        ? vm.unknown("the size of a tensor is not known")
        : typeof size === "number"
          ? int(size)
          : size;
    }
    case "dtype":
      return str(self.dtype);
    case "name":
      return str(self.name);
    case "id":
      return int(self.id);
    case "dispose":
    case "write":
    case "assign":
      return new NativeFunction(name, () => NONE);
    case "isDisposed":
    case "kept":
      return vm.unary("not", int(1));
    case "sourceLayer":
      return nodeOf(self)?.layer ?? NONE;
    default:
  }
  if (ITSELF.has(name)) return itself(name, self);
  if (VALUES.has(name))
    return new NativeFunction(name, (machine) =>
      machine.unknown("the values of a tensor are not known before it runs"),
    );
  const found = coreFunction(name);
  return found ? new BoundMethod(self, found) : undefined;
}
