// Stored values that user code makes itself: `keras.Variable`, `tf.Variable`, `K.variable`.
import { native, nativeClass } from "../../2-evaluate/native";
import { type DictValue, FALSE, isNone, type NativeFunction, NONE, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { toTensor } from "./convert";
import { toDType } from "./dtypes";
import { kerasLibrary } from "./library";
import { shapeItems, toDimOrNull } from "./shapes";
import { Variable } from "./tracking";

/** A function that makes a stored value. */
export function variableFunction(name: string): NativeFunction {
  return native(
    name,
    "initial_value|value=None, *args, **kwargs".replace("initial_value|value", "initial_value"),
    (vm, a) => makeVariable(vm, a),
  );
}

/** A stored value made by user code: `tf.Variable(…)`, `keras.Variable(…)`. */
function makeVariable(vm: Vm, a: Record<string, Value>): Value {
  const kwargs = a["kwargs"] as DictValue;
  const rest = vm.items(a["args"] as Value);
  let initial = isNone(a["initial_value"])
    ? (kwargs.get("value") ?? kwargs.get("initializer") ?? NONE)
    : (a["initial_value"] as Value);
  const shapeArgument =
    kwargs.get("shape") ??
    (initial.kind === "function" || initial.kind === "instance" || initial.kind === "string" ? rest[0] : undefined);
  let variable: Variable;
  const dtypeArgument = kwargs.get("dtype");
  if (shapeArgument !== undefined && !isNone(shapeArgument)) {
    const dims = shapeItems(vm, shapeArgument).map(
      (item) => toDimOrNull(vm, item, "shape") ?? vm.unknown("a dimension of a variable is None"),
    );
    variable = new Variable(dims, toDType(dtypeArgument, "float32"), kerasLibrary);
  } else {
    if (initial.kind === "function" || initial.kind === "method" || initial.kind === "native")
      initial = vm.call(initial);
    const tensor = toTensor(vm, initial);
    variable = new Variable(tensor.shape, toDType(dtypeArgument, tensor.dtype), kerasLibrary, tensor.reason);
  }
  variable.declared = kwargs.get("trainable") !== FALSE && rest[0] !== FALSE;
  const name = kwargs.get("name");
  variable.name = name?.kind === "string" ? name.value : "Variable";
  return variable;
}

/** `keras.Variable`. */
export const variableClass = nativeClass("Variable", [], {});
variableClass.construct = (vm, _cls, args) => variableFunction("Variable").call(vm, args);

/** `tf.Variable`: stored, but not a weight of Keras. */
export const plainVariableClass = nativeClass("Variable", [], {});
plainVariableClass.construct = (vm, _cls, args) => {
  const made = variableFunction("Variable").call(vm, args);
  if (made instanceof Variable) {
    made.isTracked = false;
    made.role = "buffer";
  }
  return made;
};
