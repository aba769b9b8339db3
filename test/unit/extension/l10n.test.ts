// Strings that people read can be translated: the bundles of l10n/ and the package.nls files hold what the sources and the
// manifest say, no more and no less, and German has all of them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
// @ts-expect-error a script without types
import { exportText } from "../../../l10n/export.mjs";

const root = join(__dirname, "..", "..", "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const json = (path: string) => JSON.parse(read(path)) as Record<string, unknown>;

/** Properties of a manifest whose value people read. */
const READ_BY_PEOPLE =
  /^(title|shortTitle|description|markdownDescription|enumDescriptions|markdownEnumDescriptions|enumItemLabels|name|label|contextualTitle|contents|deprecationMessage|markdownDeprecationMessage|altText|placeholder|category|details)$/;

/** Names stay what they are in every language. */
const NAMES = new Set(["Model Budget", "model-budget"]);

/** Every text of the manifest that people read, with where it stands. */
function textsOf(value: unknown, path: string[] = []): { path: string; text: string }[] {
  if (typeof value === "string") {
    const key = path.findLast((part) => !/^\d+$/.test(part)) ?? "";
    return READ_BY_PEOPLE.test(key) && !NAMES.has(value) ? [{ path: path.join("."), text: value }] : [];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsOf(inner, [...path, key]));
}

describe("translations", () => {
  it("the bundle holds the strings of the sources (npm run l10n writes it)", async () => {
    const written = read("l10n/bundle.l10n.json");
    expect(written).toBe(await (exportText as () => Promise<string>)());
    // One of the extension, one of a page.
    expect(Object.keys(JSON.parse(written) as object)).toEqual(
      expect.arrayContaining(["There is no model at the cursor.", "RAM over time"]),
    );
  });

  it("every text of the manifest is a key of package.nls.json, and every key is used", () => {
    const { contributes, capabilities, description } = json("package.json");
    const texts = textsOf({ contributes, capabilities, description });
    expect(texts.length).toBeGreaterThan(5);
    expect(texts.filter(({ text }) => !/^%[^%]+%$/.test(text))).toEqual([]);
    const used = new Set(texts.map(({ text }) => text.slice(1, -1)));
    expect([...used].sort()).toEqual(Object.keys(json("package.nls.json")).sort());
  });

  const pairs = [
    ["l10n/bundle.l10n.json", "l10n/bundle.l10n.de.json"],
    ["package.nls.json", "package.nls.de.json"],
  ] as const;

  it.each(pairs)("%s is translated in full, with the same placeholders, links and code", (english, german) => {
    const original = json(english);
    const translated = json(german);
    expect(Object.keys(translated).sort()).toEqual(Object.keys(original).sort());
    const parts = (text: unknown) =>
      [...String(text).matchAll(/\{\w+\}|\]\([^)]*\)|`(?!Model Budget)[^`]*`/g)].map(([part]) => part).sort();
    const wrong = Object.entries(original).filter(
      ([key, text]) =>
        String(translated[key]).trim() === "" || parts(messageOf(text)).join() !== parts(translated[key]).join(),
    );
    expect(wrong).toEqual([]);
  });

  it("names commands as the translated palette does", () => {
    const english = json("package.nls.json");
    const german = json("package.nls.de.json");
    const commands = Object.keys(english).filter((key) => key.startsWith("command."));
    const texts = [
      ...Object.values(json("l10n/bundle.l10n.de.json")),
      ...Object.entries(german).flatMap(([key, text]) => (key.startsWith("command.") ? [] : [text])),
    ].map(String);
    const named = texts.flatMap((text) => [...text.matchAll(/Model Budget: ([^“`"]+)[“`"]/g)].map(([, name]) => name));
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((name) => !commands.some((key) => german[key] === name))).toEqual([]);
  });
});

/** A message with a comment for translators is a record. */
function messageOf(text: unknown): unknown {
  return typeof text === "object" && text !== null && "message" in text ? text.message : text;
}
