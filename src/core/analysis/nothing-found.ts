// Says why a file has no model, for the person who expected one.
import type { Program } from "../1-syntax/tree";
import { type AnyNode, walk } from "../1-syntax/walk";
import type { Machine } from "../2-evaluate/machine";
import { packageRootOf } from "../2-evaluate/packages";
import type { Evidence } from "../5-models/evidence";

/** Libraries that wrap TensorFlow.js or do without it, by their global name. */
const OTHER_LIBRARIES: ReadonlyMap<string, string> = new Map([
  ["ml5", "ml5"],
  ["brain", "brain.js"],
]);
const OTHER_PACKAGES = /^(ml5|brain\.js)$/;

/** One sentence saying why a file has no model. */
export function whyNothing(vm: Machine, program: Program, file: string, evidence: Evidence): string {
  const [given] = evidence.elsewhere;
  const maker = given?.fn.module.file;
  if (given && maker) {
    const name = maker.slice(maker.lastIndexOf("/") + 1);
    return `no model is made in this file: the one in line ${given.line} is made by ${given.fn.name} in ${name}; open that file to see what it costs`;
  }
  const imports = program.body.flatMap((statement) =>
    statement.kind === "import" || statement.kind === "import-from" ? [statement.module] : [],
  );
  const isKnown = imports.some(
    (name) => /^(torch|keras|tensorflow|tf_keras|@tensorflow)/.test(name) || /tensorflow|tfjs/.test(name),
  );
  let global: string | undefined;
  walk(program.body, (node) => {
    if (program.language !== "javascript" || node.kind !== "name") return;
    const { id } = node as AnyNode & { id: string };
    if (id === "tf" || OTHER_LIBRARIES.has(id)) global ??= id;
  });
  const other = imports.find((name) => OTHER_PACKAGES.test(name)) ?? global;
  if (!isKnown && other !== undefined && other !== "tf") {
    return `no model found: ${OTHER_LIBRARIES.get(other) ?? other} makes its networks itself, and they are not read; Model Budget reads Keras, PyTorch and TensorFlow.js`;
  }
  const installed = [...vm.modules.values()].filter((module) => packageRootOf(vm, module.file) !== undefined);
  const unread = installed.find((module) => module.unread !== null)?.unread;
  if (unread) return `no model found: ${unread.reason}`;
  if (!isKnown && global !== "tf" && installed.length === 0)
    return "no model found: the file imports neither Keras, PyTorch nor TensorFlow.js";
  const failure = vm.failures.find(({ place }) => place.file === file);
  if (failure) return `no model found; line ${failure.place.span.line} could not be evaluated: ${failure.reason}`;
  return "no model found: nothing in the file is a model, builds one or is a model class that can be made";
}
