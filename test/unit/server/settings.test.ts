// The settings page and the code agree: names, types, defaults and texts. And what is not understood is the default.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import manifest from "../../../package.json";
import { isExcluded } from "../../../src/server/exclude";
import { DEFAULT_SETTINGS, readSettings } from "../../../src/server/settings";

interface Property {
  type: string;
  default: unknown;
  scope: string;
  enum?: string[];
  enumDescriptions?: string[];
  markdownDescription: string;
}

const properties = Object.entries(manifest.contributes.configuration.properties as Record<string, Property>);

describe("the manifest", () => {
  it("has the settings of the code with their defaults, and fewer than twenty", () => {
    const defaults = Object.fromEntries(properties.map(([name, property]) => [name, property.default]));
    const own = Object.entries(DEFAULT_SETTINGS).map(([name, value]) => [`modelBudget.${name}`, value]);
    expect(defaults).toEqual(Object.fromEntries(own));
    expect(properties.length).toBeLessThan(20);
  });

  it.each(properties)("%s is typed, belongs to a folder and is described", (_, property) => {
    const type = Array.isArray(property.default) ? "array" : typeof property.default;
    expect(property.type).toBe(type);
    expect(property.scope).toBe("resource");
    if (property.enum) {
      expect(property.enum).toContain(property.default);
      expect(property.enumDescriptions).toHaveLength(property.enum.length);
    }
  });
});

describe("docs/settings.md", () => {
  it("has a row for every setting with its default, and for no other", () => {
    const page = readFileSync(join(__dirname, "..", "..", "..", "docs", "settings.md"), "utf8");
    const rows = [...page.matchAll(/^\| `(\w[\w.]*)` \| `([^`]+)` \|/gm)].map(([, name, value]) => [name, value]);
    const own = properties.map(([name, property]) => [
      name.replace("modelBudget.", ""),
      JSON.stringify(property.default),
    ]);
    expect(rows).toEqual(own);
  });
});

describe("readSettings", () => {
  it("reads what it understands and takes the default for the rest", () => {
    expect(readSettings({ codeLens: "models", board: " nucleo ", exclude: ["*.py"], enabled: false })).toEqual({
      ...DEFAULT_SETTINGS,
      codeLens: "models",
      board: "nucleo",
      exclude: ["*.py"],
      enabled: false,
    });
    expect(readSettings({ codeLens: "nonsense", inlayHints: 3, findings: "no", exclude: "x", board: null })).toEqual(
      DEFAULT_SETTINGS,
    );
    for (const section of [null, undefined, "off", 3]) expect(readSettings(section)).toEqual(DEFAULT_SETTINGS);
  });

  it("keeps the levels of rules that are levels", () => {
    const { rules } = readSettings({ rules: { "over-budget": "warning", other: "loud", third: "off" } });
    expect(rules).toEqual({ "over-budget": "warning", third: "off" });
  });
});

describe("isExcluded", () => {
  it.each([
    ["/w/node_modules/a/net.js", true],
    ["/w/src/node_modules.js", false],
    ["/elsewhere/node_modules/net.js", true],
  ])("by default %s: %s", (path, expected) => expect(isExcluded(path, "/w", DEFAULT_SETTINGS.exclude)).toBe(expected));

  it.each([
    ["old/**", "/w/old/net.py", true],
    ["old/**", "/w/new/old/net.py", false],
    ["*_test.py", "/w/a/net_test.py", true],
    ["**/{a,b}/*.ts", "/w/x/b/net.ts", true],
    [".hidden/*", "/w/.hidden/net.py", true],
    ["/w/net.py", "/w/net.py", true],
  ])("%s of %s: %s", (glob, path, expected) => expect(isExcluded(path, "/w", [glob])).toBe(expected));
});
