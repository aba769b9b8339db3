// Small modules in full, and the many that are known but not modelled: what is asked of those is unknown by name.
import { nativeModule } from "../../native";
import { bool, ClassValue, HostObject, int, isOpaque, list, type ListValue, NONE, str, type Value } from "../../values";
import type { Vm } from "../../vm";
import { isLess } from "../compare";
import { taint } from "../dicts";
import { collect } from "../iterate";
import { sortValues } from "../sorting";
import { fn, indexOf, isMissing, noop, pure, rawFn } from "../support";
import { objectType, payload } from "../types";
import type { StandardModules } from "./modules";

// --- string, textwrap -------------------------------------------------------------------------------------------------

const lower = "abcdefghijklmnopqrstuvwxyz";
const upper = lower.toUpperCase();
const digits = "0123456789";
const punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

function dedent(text: string): string {
  const lines = text.split("\n").map((line) => (/^\s*$/.test(line) ? "" : line));
  const margins = lines.filter((line) => line !== "").map((line) => /^[ \t]*/.exec(line)?.[0] ?? "");
  let margin = margins[0] ?? "";
  for (const other of margins) while (!other.startsWith(margin)) margin = margin.slice(0, -1);
  return lines.map((line) => line.slice(margin.length)).join("\n");
}

/** `$name` templates. */
class Template extends HostObject {
  readonly typeName = "Template";
  constructor(private readonly template: string) {
    super();
  }
  override getAttribute(_vm: Vm, name: string): Value | undefined {
    if (name === "template") return str(this.template);
    if (name !== "substitute" && name !== "safe_substitute") return undefined;
    return rawFn(name, (vm, args) => {
      const [mapping] = args.positional;
      const text = this.template.replace(/\$(?:\$|(\w+)|\{(\w+)\})/g, (whole, plain?: string, braced?: string) => {
        const key = plain ?? braced;
        if (key === undefined) return "$";
        const value = args.keywords.get(key) ?? (mapping?.kind === "dict" ? mapping.get(key) : undefined);
        if (!value && name === "safe_substitute") return whole;
        if (!value) throw vm.error("KeyError", `'${key}'`);
        const shown = vm.text(value);
        if (isOpaque(shown)) throw vm.giveUp(shown.reason);
        return shown;
      });
      return str(text);
    });
  }
}
const templateType = new ClassValue("Template", [objectType]);
templateType.construct = (vm, _cls, args) => {
  const [text] = args.positional;
  return text?.kind === "string" ? new Template(text.value) : vm.unknown("the template is not known");
};

const stringMembers: Record<string, Value> = {
  ascii_lowercase: str(lower),
  ascii_uppercase: str(upper),
  ascii_letters: str(lower + upper),
  digits: str(digits),
  hexdigits: str(`${digits}abcdefABCDEF`),
  octdigits: str("01234567"),
  punctuation: str(punctuation),
  whitespace: str(" \t\n\r\v\f"),
  printable: str(`${digits}${lower}${upper}${punctuation} \t\n\r\v\f`),
  capwords: pure("capwords", "s sep?", (_vm, text) => {
    const words = text.kind === "string" ? text.value.trim().split(/\s+/) : [];
    return str(words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase()).join(" "));
  }),
  Template: templateType,
};

// --- heapq, bisect ----------------------------------------------------------------------------------------------------

/** Sifts as CPython's heapq does, so that the list looks the same after each step. */
function siftDown(vm: Vm, heap: Value[], start: number, from: number): void {
  let at = from;
  const item = heap[at] as Value;
  while (at > start) {
    const parent = (at - 1) >> 1;
    if (!isLess(vm, item, heap[parent] as Value)) break;
    heap[at] = heap[parent] as Value;
    at = parent;
  }
  heap[at] = item;
}

function siftUp(vm: Vm, heap: Value[], from: number): void {
  let at = from;
  const item = heap[at] as Value;
  for (let child = 2 * at + 1; child < heap.length; child = 2 * at + 1) {
    const right = child + 1;
    if (right < heap.length && !isLess(vm, heap[child] as Value, heap[right] as Value)) child = right;
    heap[at] = heap[child] as Value;
    at = child;
  }
  heap[at] = item;
  siftDown(vm, heap, from, at);
}

/** Changes a heap held in a list; an unknown order makes the list unknown. */
function onHeap(vm: Vm, heap: Value, body: (items: Value[], held: ListValue) => Value): Value {
  const held = payload(heap);
  if (held.kind !== "list") throw vm.error("TypeError", "heap argument must be a list");
  if (held.taint) return held.taint;
  vm.touch(held);
  try {
    return body(held.items, held);
  } catch (signal) {
    const value = (signal as { value?: Value }).value;
    if (value && isOpaque(value)) taint(vm, held, value);
    throw signal;
  }
}

function popHeap(vm: Vm, items: Value[]): Value {
  const last = items.pop();
  if (!last) throw vm.error("IndexError", "index out of range");
  const [top] = items;
  if (!top) return last;
  items[0] = last;
  siftUp(vm, items, 0);
  return top;
}

function pushHeap(vm: Vm, items: Value[], item: Value): Value {
  items.push(item);
  siftDown(vm, items, 0, items.length - 1);
  return NONE;
}

const heapMembers: Record<string, Value> = {
  heapify: fn("heapify", "x", (vm, heap) =>
    onHeap(vm, heap, (items) => {
      for (let at = (items.length >> 1) - 1; at >= 0; at--) siftUp(vm, items, at);
      return NONE;
    }),
  ),
  heappush: fn("heappush", "heap item", (vm, heap, item) => onHeap(vm, heap, (items) => pushHeap(vm, items, item))),
  heappop: fn("heappop", "heap", (vm, heap) => onHeap(vm, heap, (items) => popHeap(vm, items))),
  heappushpop: fn("heappushpop", "heap item", (vm, heap, item) =>
    onHeap(vm, heap, (items) => {
      pushHeap(vm, items, item);
      return popHeap(vm, items);
    }),
  ),
  nlargest: fn("nlargest", "n iterable key?", (vm, n, items, key) =>
    list(sortValues(vm, collect(vm, items), key, bool(true)).slice(0, Math.max(0, indexOf(vm, n)))),
  ),
  nsmallest: fn("nsmallest", "n iterable key?", (vm, n, items, key) =>
    list(sortValues(vm, collect(vm, items), key, bool(false)).slice(0, Math.max(0, indexOf(vm, n)))),
  ),
};

function bisect(vm: Vm, items: readonly Value[], wanted: Value, right: boolean, key: Value): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle] as Value;
    const by = isMissing(key) || key.kind === "none" ? item : vm.call(key, [item]);
    if (right ? !isLess(vm, wanted, by) : isLess(vm, by, wanted)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function bisectFn(name: string, right: boolean): Value {
  return fn(name, "a x lo? hi? key?", (vm, items, wanted, ...[, , key = NONE]) =>
    int(bisect(vm, collect(vm, items), wanted, right, key)),
  );
}

function insortFn(name: string, right: boolean): Value {
  return fn(name, "a x lo? hi? key?", (vm, items, wanted) => {
    const at = bisect(vm, collect(vm, items), wanted, right, NONE);
    return vm.call(vm.getAttribute(items, "insert"), [int(at), wanted]);
  });
}

// --- logging, warnings ------------------------------------------------------------------------------------------------

/** A logger: says nothing, and gives itself for whatever is asked of it. */
class Silent extends HostObject {
  constructor(readonly typeName: string) {
    super();
  }
  override getAttribute(_vm: Vm, name: string): Value {
    if (name === "level") return int(0);
    if (name === "name") return str("root");
    if (name === "handlers" || name === "filters") return list([]);
    if (name === "isEnabledFor" || name === "hasHandlers") return fn(name, "level?", () => bool(false));
    if (name === "getEffectiveLevel") return fn(name, "", () => int(30));
    if (name === "__enter__" || name === "getChild") return rawFn(name, () => this);
    return noop(name);
  }
  override setAttribute(): boolean {
    return true;
  }
  override call(): Value {
    return this;
  }
}

const logger = new Silent("Logger");
const levels = { CRITICAL: 50, FATAL: 50, ERROR: 40, WARNING: 30, WARN: 30, INFO: 20, DEBUG: 10, NOTSET: 0 };
const quiet =
  "debug info warning warn error exception critical fatal log basicConfig disable captureWarnings addLevelName setLoggerClass shutdown";

function loggingMembers(): Record<string, Value> {
  const makers = ["getLogger", "StreamHandler", "FileHandler", "NullHandler", "Formatter", "Filter", "LoggerAdapter"];
  return {
    ...Object.fromEntries(Object.entries(levels).map(([name, level]) => [name, int(level)])),
    ...Object.fromEntries(quiet.split(" ").map((name) => [name, noop(name)])),
    ...Object.fromEntries(
      makers.map((name) => [name, rawFn(name, () => (name === "getLogger" ? logger : new Silent(name)))]),
    ),
    Logger: new ClassValue("Logger", [objectType]),
    Handler: new ClassValue("Handler", [objectType]),
    getLevelName: fn("getLevelName", "level", (_vm, level) => level),
    root: logger,
  };
}

// --- modules we know of and do not model ------------------------------------------------------------------------------

const unmodelled =
  "io pickle glob tempfile shutil subprocess urllib urllib.request urllib.parse requests threading multiprocessing concurrent concurrent.futures queue struct csv hashlib base64 fractions decimal zipfile tarfile gzip bz2 lzma pprint getpass socket ssl http http.client email html xml xml.etree xml.etree.ElementTree sqlite3 configparser signal select selectors array unittest unittest.mock doctest pdb cProfile profile timeit tracemalloc atexit codecs locale gettext getopt optparse cmd shlex errno ctypes mmap resource fcntl pwd grp stat fnmatch filecmp linecache tokenize token keyword dis code codeop builtins contextvars copyreg marshal shelve dbm zlib binascii unicodedata difflib colorsys imghdr sched calendar zoneinfo telnetlib ftplib smtplib webbrowser turtle tkinter curses readline rlcompleter pkgutil modulefinder runpy zipimport site sysconfig symtable distutils ensurepip venv lib2to3 faulthandler trace  graphlib tomllib ipaddress mimetypes reprlib pyclbr";

const silent: Readonly<Record<string, string>> = {
  atexit: "register unregister",
  faulthandler: "enable disable",
  pprint: "pprint pp",
  pdb: "set_trace",
  signal: "signal alarm",
  shutil: "rmtree copy copyfile copytree move",
  pickle: "dump",
  tracemalloc: "start stop",
  threading: "",
};

function stubs(): StandardModules {
  const made: Record<string, StandardModules[string]> = {};
  for (const name of unmodelled.split(" ").filter(Boolean)) {
    made[name] = () =>
      nativeModule(
        name,
        Object.fromEntries(
          (silent[name] ?? "")
            .split(" ")
            .filter(Boolean)
            .map((member) => [member, noop(member)]),
        ),
      );
  }
  return made;
}

export const smallModules: StandardModules = {
  ...stubs(),
  string: () => nativeModule("string", stringMembers),
  textwrap: () =>
    nativeModule("textwrap", {
      dedent: pure("dedent", "text", (_vm, text) => str(text.kind === "string" ? dedent(text.value) : "")),
      indent: pure("indent", "text prefix", (_vm, text, prefix) => {
        const [body, mark] = [text, prefix].map((value) => (value.kind === "string" ? value.value : ""));
        return str((body ?? "").replace(/^(?=.*\S)/gm, mark ?? ""));
      }),
    }),
  "distutils.util": () =>
    nativeModule("distutils.util", {
      strtobool: pure("strtobool", "val", (vm, val) => {
        const word = val.kind === "string" ? val.value.toLowerCase() : "";
        if (["y", "yes", "t", "true", "on", "1"].includes(word)) return int(1);
        if (["n", "no", "f", "false", "off", "0"].includes(word)) return int(0);
        throw vm.error("ValueError", `invalid truth value '${word}'`);
      }),
    }),
  heapq: () => nativeModule("heapq", heapMembers),
  bisect: () =>
    nativeModule("bisect", {
      bisect: bisectFn("bisect", true),
      bisect_right: bisectFn("bisect_right", true),
      bisect_left: bisectFn("bisect_left", false),
      insort: insortFn("insort", true),
      insort_right: insortFn("insort_right", true),
      insort_left: insortFn("insort_left", false),
    }),
  logging: () => nativeModule("logging", loggingMembers()),
  warnings: () =>
    nativeModule("warnings", {
      warn: noop("warn"),
      warn_explicit: noop("warn_explicit"),
      filterwarnings: noop("filterwarnings"),
      simplefilter: noop("simplefilter"),
      resetwarnings: noop("resetwarnings"),
      catch_warnings: rawFn("catch_warnings", () => new Silent("catch_warnings")),
    }),
  platform: () =>
    nativeModule("platform", {
      system: fn("system", "", () => str("Linux")),
      python_version: fn("python_version", "", () => str("3.11.0")),
    }),
};
