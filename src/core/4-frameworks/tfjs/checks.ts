// What the constructors of tf.layers refuse: sizes that are no positive whole numbers, and names the package does not know. Fields
// are those of the configuration object, before they become arguments of Keras classes.
import type { Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

const INITIALIZERS =
  words(`constant glorotNormal glorotUniform heNormal heUniform identity leCunNormal leCunUniform ones
  orthogonal randomNormal randomUniform truncatedNormal varianceScaling zeros Constant GlorotNormal GlorotUniform HeNormal
  HeUniform Identity LeCunNormal LeCunUniform Ones Orthogonal RandomNormal RandomUniform TruncatedNormal VarianceScaling Zeros`);
const ACTIVATIONS = words(
  "elu gelu gelu_new hardSigmoid linear logSoftmax mish relu relu6 selu sigmoid softmax softplus softsign swish tanh",
);
const REGULARIZERS = words("l1l2 L1L2");
const CONSTRAINTS = words("maxNorm minMaxNorm nonNeg unitNorm MaxNorm MinMaxNorm NonNeg UnitNorm");

/** Names a field may hold, by the end of the field's name. */
const NAMES: readonly (readonly [RegExp, ReadonlySet<string>, string])[] = [
  [/initializer$/i, INITIALIZERS, "initializer"],
  [/^(recurrentA|a)ctivation$/, ACTIVATIONS, "activation"],
  [/regularizer$/i, REGULARIZERS, "regularizer"],
  [/constraint$/i, CONSTRAINTS, "constraint"],
];

/** Words a field may hold. */
const CHOICES: Readonly<Record<string, ReadonlySet<string>>> = {
  padding: words("valid same causal"),
  dataFormat: words("channelsFirst channelsLast"),
  interpolation: words("nearest bilinear"),
  mergeMode: words("sum mul concat ave"),
};

const REGISTERED = "tfjs registered classes";

/** Notes that the program registers classes of its own: names may then be theirs. */
export function noteRegistration(vm: Vm): void {
  vm.state.set(REGISTERED, true);
}

function isCount(value: Value): boolean {
  if (value.kind === "number") return Number.isInteger(value.value) && value.value > 0;
  if (value.kind === "list" && value.taint === null) return value.items.length > 0 && value.items.every(isCount);
  // What is not known may be one.
  return value.kind === "opaque" || value.kind === "host";
}

const isGiven = (value: Value | undefined): value is Value =>
  value !== undefined && value.kind !== "undefined" && value.kind !== "none";

/** Raises as the package does for a field that cannot be. `counts` must be positive whole numbers, or arrays of them, where given. */
export function checkFields(vm: Vm, fields: ReadonlyMap<string, Value>, counts: readonly string[]): void {
  for (const name of counts) {
    const value = fields.get(name);
    if (isGiven(value) && !isCount(value))
      throw vm.error("ValueError", `Expected ${name} to be a positive integer, but got ${vm.repr(value)}.`);
  }
  for (const [name, value] of fields) {
    if (value.kind !== "string") continue;
    const choices = CHOICES[name];
    if (choices && !choices.has(value.value))
      throw vm.error(
        "ValueError",
        `${value.value} is not a valid ${name}. Valid values are ${[...choices].join(", ")}.`,
      );
    for (const [pattern, known, what] of NAMES) {
      if (pattern.test(name) && !known.has(value.value) && !vm.state.has(REGISTERED))
        throw vm.error("ValueError", `Unknown ${what}: ${value.value}.`);
    }
  }
}
