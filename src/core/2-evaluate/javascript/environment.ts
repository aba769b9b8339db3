// What browsers and Node.js provide besides the language. Printing does nothing; what depends on the page, the machine or the
// time is not known, with that reason; code that runs later is remembered for whoever wants to evaluate it.
import { mayCall } from "../callbacks";
import { commonJsExports } from "../imports";
import type { Machine } from "../machine";
import { list, NativeFunction, OpaqueValue, str, UNDEFINED, type Value } from "../values";
import { constructible } from "./construct";
import { toText } from "./convert";
import { dateClass } from "./kinds";
import { Namespace } from "./namespace";
import { addStatics, fn, noop, unknownFn } from "./support";

const LATER = new OpaqueValue("whether a timer or an event has come", null);

/** Takes a function that is called later. */
function deferring(name: string, position = 0): NativeFunction {
  return fn(name, (vm, args) => {
    const callee = args[position];
    if (callee) mayCall(vm as Machine, callee, LATER);
    return vm.unknown(`${name}() runs a function later`);
  });
}

/** Everything in it is unknown for the same kind of reason. */
function elsewhere(name: string, where: string, members: Record<string, Value> = {}): Namespace {
  return new Namespace(name, members, (vm, property) => vm.unknown(`${name}.${property} is known only ${where}`));
}

const IN_PAGE = "in the page";
const AT_RUN = "when the program runs";

/** Classes and functions of browsers and Node.js that give nothing we could know. */
const UNKNOWN_GLOBALS: Record<string, string> = {
  [IN_PAGE]: `Audio AudioContext CanvasRenderingContext2D CustomEvent Element Event EventTarget File FileReader FormData
    HTMLCanvasElement HTMLElement HTMLImageElement HTMLVideoElement Image ImageBitmap ImageData MediaRecorder
    MutationObserver Node NodeList OffscreenCanvas ResizeObserver WebSocket Worker XMLHttpRequest alert confirm
    createImageBitmap getComputedStyle importScripts matchMedia prompt scrollTo`,
  [AT_RUN]: `AbortController Atomics ArrayBuffer Blob Buffer DataView Headers Intl MessageChannel Proxy Request Response
    SharedArrayBuffer TextDecoder TextEncoder URL URLSearchParams WeakRef WebAssembly FinalizationRegistry atob btoa
    cancelAnimationFrame eval __dirname __filename`,
};

const console = new Namespace("console", {}, (_vm, name) => noop(name));
const performance = elsewhere("performance", AT_RUN, {
  now: unknownFn("now", "the current time is not known"),
  mark: noop("mark"),
  measure: noop("measure"),
});

const pageMembers = {
  addEventListener: deferring("addEventListener", 1),
  removeEventListener: noop("removeEventListener"),
};

const processMembers = {
  env: elsewhere("process.env", AT_RUN),
  nextTick: deferring("nextTick"),
  on: noop("on"),
  once: noop("once"),
  exit: new NativeFunction("exit", (vm) => {
    throw vm.error("SystemExit", "process.exit() ends the program");
  }),
};
const process = new Namespace("process", processMembers, (vm, name) => {
  // A program started without arguments of its own; a new list each time, for the program may change it.
  if (name === "argv") return list([str("node"), str("script")]);
  return vm.unknown(`process.${name} is known only ${AT_RUN}`);
});

/** A module by its specifier, for `require(…)` and `import(…)`. */
function importer(name: string): NativeFunction {
  return fn(name, (vm, [specifier]) => {
    const text = toText(vm, specifier ?? UNDEFINED);
    const module = vm.importModule(text, "javascript");
    if (module === undefined) return vm.unknown(`the module '${text}' was not found`);
    return commonJsExports(module) ?? module;
  });
}

constructible(dateClass, (vm, args) =>
  vm.unknown(args.length === 0 ? "the current time is not known" : "dates are not followed"),
);
addStatics(dateClass, {
  now: unknownFn("now", "the current time is not known"),
  parse: unknownFn("parse", "dates are not followed"),
  UTC: unknownFn("UTC", "dates are not followed"),
});

export const environmentGlobals: Record<string, Value> = {
  console,
  performance,
  process,
  document: elsewhere("document", IN_PAGE, pageMembers),
  navigator: elsewhere("navigator", IN_PAGE),
  location: elsewhere("location", IN_PAGE),
  history: elsewhere("history", IN_PAGE),
  screen: elsewhere("screen", IN_PAGE),
  localStorage: elsewhere("localStorage", IN_PAGE),
  sessionStorage: elsewhere("sessionStorage", IN_PAGE),
  indexedDB: elsewhere("indexedDB", IN_PAGE),
  crypto: elsewhere("crypto", AT_RUN),
  Date: dateClass,
  require: importer("require"),
  import: importer("import"),
  // `await (x)` outside a function and outside a module reads as a call.
  await: fn("await", (_vm, [value]) => value ?? UNDEFINED),
  fetch: unknownFn("fetch", "what fetch() gives is known only when the program runs"),
  setTimeout: deferring("setTimeout"),
  setInterval: deferring("setInterval"),
  setImmediate: deferring("setImmediate"),
  queueMicrotask: deferring("queueMicrotask"),
  requestAnimationFrame: deferring("requestAnimationFrame"),
  requestIdleCallback: deferring("requestIdleCallback"),
  clearTimeout: noop("clearTimeout"),
  clearInterval: noop("clearInterval"),
  addEventListener: pageMembers.addEventListener,
};
for (const [where, names] of Object.entries(UNKNOWN_GLOBALS)) {
  for (const name of names.split(/\s+/))
    environmentGlobals[name] = new OpaqueValue(`${name} is known only ${where}`, null);
}

/** The global object: `window`, `globalThis`. Its properties are the globals; others may be set by other scripts of the page. */
export function globalObject(globals: Readonly<Record<string, Value>>): Namespace {
  return new Namespace("Window", { ...globals, ...pageMembers }, (vm, name) => {
    const library = name === "tf" ? vm.importModule("@tensorflow/tfjs", "javascript") : undefined;
    return library ?? vm.unknown(`whether another script sets window.${name} is not known`);
  });
}
