// The few assertions of node:assert/strict that tests use, for the web worker host, where there is no Node. The build of that suite
// puts it in the place of the real one.

/** Fails with the message. */
export function fail(message: string): never {
  throw new Error(message);
}

export function ok(value: unknown, message?: string): asserts value {
  if (!value) fail(message ?? `${String(value)} is not true`);
}

export function equal(actual: unknown, expected: unknown, message?: string): void {
  if (!Object.is(actual, expected)) fail(message ?? `${show(actual)} is not ${show(expected)}`);
}

export function deepEqual(actual: unknown, expected: unknown, message?: string): void {
  if (!same(actual, expected)) fail(message ?? `${show(actual)} is not ${show(expected)}`);
}

export function match(text: string, pattern: RegExp): void {
  if (!pattern.test(text)) fail(`${show(text)} does not match ${pattern}`);
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

/** Plain values: lists and objects without a prototype of their own. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same(Reflect.get(a, key), Reflect.get(b, key)))
  );
}
