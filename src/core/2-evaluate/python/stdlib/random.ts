// Modules whose answers differ from run to run: random, secrets, uuid, time, datetime. Everything drawn is unknown.
import { nativeModule } from "../../native";
import { ClassValue, NONE, type Value } from "../../values";
import type { Vm } from "../../vm";
import { taint } from "../dicts";
import { fn, noop, unknownFn } from "../support";
import { objectType, payload } from "../types";
import type { StandardModules } from "./modules";

const drawn = "it is drawn at random";
const clock = "it depends on the clock";

function unknowns(names: string, reason: string): Record<string, Value> {
  return Object.fromEntries(names.split(" ").map((name) => [name, unknownFn(name, reason)]));
}

/** Which item stands where is not known afterwards. The length is, but a list cannot say that of itself. */
function shuffle(vm: Vm, items: Value): Value {
  const inner = payload(items);
  if (inner.kind === "list" && inner.items.length > 1) taint(vm, inner, vm.unknown("random.shuffle changed the order"));
  return NONE;
}

const draws =
  "random uniform randint randrange choice choices sample gauss normalvariate betavariate expovariate triangular getrandbits randbytes vonmisesvariate gammavariate lognormvariate paretovariate weibullvariate getstate";

function randomMembers(): Record<string, Value> {
  return {
    ...unknowns(draws, drawn),
    seed: noop("seed"),
    setstate: noop("setstate"),
    shuffle: fn("shuffle", "x random?", shuffle),
  };
}

const generatorType = new ClassValue("Random", [objectType]);
generatorType.members.set("__init__", noop("__init__"));
for (const [name, value] of Object.entries(randomMembers())) generatorType.members.set(name, value);
generatorType.members.set(
  "shuffle",
  fn("shuffle", "self x", (vm, _self, items) => shuffle(vm, items)),
);

export const randomModules: StandardModules = {
  random: () => nativeModule("random", { ...randomMembers(), Random: generatorType, SystemRandom: generatorType }),
  secrets: () =>
    nativeModule("secrets", unknowns("token_hex token_bytes token_urlsafe choice randbelow randbits", drawn)),
  uuid: () => nativeModule("uuid", unknowns("uuid1 uuid3 uuid4 uuid5", drawn)),
  time: () =>
    nativeModule("time", {
      ...unknowns(
        "time time_ns perf_counter perf_counter_ns monotonic process_time thread_time localtime gmtime ctime asctime strftime strptime mktime",
        clock,
      ),
      sleep: noop("sleep"),
    }),
  datetime: () => nativeModule("datetime", {}),
};
