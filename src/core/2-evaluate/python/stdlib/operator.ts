// The operator module.
import type { BinaryOp, CompareOp } from "../../../1-syntax/tree";
import { nativeModule } from "../../native";
import { bool, int, isOpaque, NONE, tuple, type Value } from "../../values";
import type { Vm } from "../../vm";
import { contains, equals } from "../compare";
import { collect } from "../iterate";
import { placeOf } from "../methods-list";
import { inPlace, operatorNames } from "../operators";
import { deleteIndex } from "../sequence";
import { fn, rawFn } from "../support";
import { truthOf } from "../truth";
import type { StandardModules } from "./modules";

const comparisons: Readonly<Record<string, CompareOp>> = {
  eq: "==",
  ne: "!=",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
  is_: "is",
  is_not: "is not",
};

function members(): Record<string, Value> {
  const made: Record<string, Value> = {};
  const put = (name: string, value: Value): void => {
    made[name] = value;
    made[`__${name.replace(/_$/, "")}__`] = value;
  };
  for (const [op, name] of Object.entries(operatorNames)) {
    if (op === ">>>") continue;
    const plain = name === "and" || name === "or" ? `${name}_` : name;
    put(
      plain,
      fn(plain, "a b", (vm, a, b) => vm.binary(op as BinaryOp, a, b)),
    );
    made[`i${name}`] = fn(`i${name}`, "a b", (vm, a, b) => inPlace(vm, op as BinaryOp, a, b));
  }
  for (const [name, op] of Object.entries(comparisons))
    put(
      name,
      fn(name, "a b", (vm, a, b) => vm.compare(op, a, b)),
    );
  put(
    "neg",
    fn("neg", "a", (vm, a) => vm.unary("-", a)),
  );
  put(
    "pos",
    fn("pos", "a", (vm, a) => vm.unary("+", a)),
  );
  put(
    "invert",
    fn("invert", "a", (vm, a) => vm.unary("~", a)),
  );
  put(
    "not_",
    fn("not_", "a", (vm, a) => vm.unary("not", a)),
  );
  put(
    "index",
    fn("index", "a", (vm, a) => vm.call(vm.getAttribute(a, "__index__"))),
  );
  put(
    "abs",
    fn("abs", "a", (vm, a) => vm.call(vm.getAttribute(a, "__abs__"))),
  );
  put(
    "concat",
    fn("concat", "a b", (vm, a, b) => vm.binary("+", a, b)),
  );
  put(
    "contains",
    fn("contains", "a b", (vm, a, b) => truthValue(contains(vm, a, b))),
  );
  put(
    "getitem",
    fn("getitem", "a b", (vm, a, b) => vm.getIndex(a, b)),
  );
  put(
    "setitem",
    fn("setitem", "a b c", (vm, a, b, c) => {
      vm.setIndex(a, b, c);
      return NONE;
    }),
  );
  put(
    "delitem",
    fn("delitem", "a b", (vm, a, b) => {
      deleteIndex(vm, a, b);
      return NONE;
    }),
  );
  made["truth"] = fn("truth", "a", (vm, a) => truthValue(truthOf(vm, a)));
  made["countOf"] = fn("countOf", "a b", (vm, a, b) =>
    int(collect(vm, a).filter((item) => equals(vm, item, b) === true).length),
  );
  made["indexOf"] = fn("indexOf", "a b", (vm, a, b) => {
    const at = placeOf(vm, collect(vm, a), b);
    if (at < 0) throw vm.error("ValueError", "sequence.index(x): x not in sequence");
    return int(at);
  });
  made["itemgetter"] = getter("itemgetter", (vm, object, key) => vm.getIndex(object, key));
  made["attrgetter"] = getter("attrgetter", (vm, object, path) => {
    if (path.kind !== "string") return isOpaque(path) ? path : vm.unknown("the attribute asked for is not known");
    return path.value.split(".").reduce((value, name) => vm.getAttribute(value, name), object);
  });
  made["methodcaller"] = rawFn("methodcaller", (_vm, args) => {
    const [name, ...rest] = args.positional;
    return fn("methodcaller", "obj", (vm, object) => {
      if (name?.kind !== "string") throw vm.error("TypeError", "method name must be a string");
      return vm.call(vm.getAttribute(object, name.value), rest, args.keywords);
    });
  });
  return made;
}

/** itemgetter and attrgetter: one key gives its value, several a tuple of them. */
function getter(name: string, read: (vm: Vm, object: Value, key: Value) => Value): Value {
  return rawFn(name, (_vm, args) => {
    const keys = args.positional;
    return fn(name, "obj", (vm, object) => {
      const values = keys.map((key) => read(vm, object, key));
      return keys.length === 1 ? (values[0] as Value) : tuple(values);
    });
  });
}

function truthValue(truth: boolean | Value): Value {
  return typeof truth === "boolean" ? bool(truth) : truth;
}

export const operatorModules: StandardModules = { operator: () => nativeModule("operator", members()) };
