// JavaScript functions handed to something that may call them later, often, or never: a timer, a page event, a method of an
// unknown value. What such a function changes is not known afterwards; what it does not change stays known.
import type { FunctionDefinition } from "../1-syntax/tree";
import { fork } from "./fork";
import type { Machine } from "./machine";
import { LimitReached, Unknown } from "./signals";
import { type FunctionValue, type OpaqueValue, UNDEFINED, type Value } from "./values";

/** Functions that wait to be called, for one evaluation. */
interface Waiting {
  functions: Map<FunctionDefinition, Value>;
  /** Functions whose effects are being looked at; one that registers itself again is not followed further. */
  running: Set<FunctionDefinition>;
}

function waiting(vm: Machine): Waiting {
  const key = "javascript.callbacks";
  let state = vm.state.get(key) as Waiting | undefined;
  if (!state) {
    state = { functions: new Map(), running: new Set() };
    vm.state.set(key, state);
  }
  return state;
}

function userFunction(callee: Value): FunctionValue | undefined {
  const inner = callee.kind === "method" ? callee.callable : callee;
  return inner.kind === "function" && inner.module.language === "javascript" ? inner : undefined;
}

/** True while the effects of a function are looked at that may never be called. */
export function isUncertain(vm: Machine): boolean {
  return waiting(vm).running.size > 0;
}

/** Functions that the program left to be called later, in order; each is given out once. */
export function takeDeferred(vm: Machine): Value[] {
  const { functions } = waiting(vm);
  const taken = [...functions.values()];
  functions.clear();
  return taken;
}

/** Notes that something unknown may call `callee`, with arguments as unknown as itself. Values that are not functions do nothing. */
export function mayCall(vm: Machine, callee: Value, why: OpaqueValue): void {
  const fn = userFunction(callee);
  // `resolve` of a promise.
  if (callee.kind === "native") vm.call(callee);
  if (!fn) return;
  const state = waiting(vm);
  const { definition } = fn;
  if (state.running.has(definition)) return;
  state.functions.set(definition, callee);
  const args = definition.parameters.filter((parameter) => parameter.kind === "normal").map(() => why);
  const { observer } = vm;
  vm.observer = null;
  state.running.add(definition);
  const called = () => {
    try {
      vm.call(callee, args);
    } catch (error) {
      const nested = error instanceof LimitReached && error.reason.startsWith("calls nest");
      if (!nested && !(error instanceof Unknown)) throw error;
    }
    return UNDEFINED;
  };
  try {
    fork<Value>(
      vm,
      why,
      called,
      () => UNDEFINED,
      () => UNDEFINED,
    ); // prettier-ignore
  } finally {
    state.running.delete(definition);
    vm.observer = observer;
  }
}
