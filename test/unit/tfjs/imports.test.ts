// Where imports lead: the model of another file, through everything a project may put between. Each project's model is a dense layer
// of 3 units on 4 inputs, so 4 × 3 + 3 = 15 parameters.
import { describe, expect, it } from "vitest";
import { analyze } from "./analyzer";

const MAKE = `import * as tf from "@tensorflow/tfjs";
export const make = (units: number) => tf.sequential({ layers: [tf.layers.dense({ units, inputShape: [4] })] });
export default make;`;
const COMMON = `const tf = require("@tensorflow/tfjs");
exports.make = (units) => tf.sequential({ layers: [tf.layers.dense({ units, inputShape: [4] })] });`;
const use = (from: string): string => `import { make } from "${from}";\nexport const model = make(3);`;

const PROJECTS: Record<string, Record<string, string>> = {
  "a file beside it, as TypeScript names what it compiles to": { "/a/main.ts": use("./make.js"), "/a/make.ts": MAKE },
  "an ES module with its own ending": { "/main.mjs": use("./make.mjs"), "/make.mjs": MAKE.replace(": number", "") },
  "a component file": { "/main.tsx": use("./make"), "/make.tsx": MAKE },
  "a folder's index": { "/main.ts": use("./lib"), "/lib/index.ts": MAKE },
  "a folder with a package.json": {
    "/main.js": use("./lib"),
    "/lib/package.json": `{ "main": "entry.cjs" }`,
    "/lib/entry.cjs": COMMON,
  },
  "a default import": { "/main.ts": `import build from "./make";\nexport const model = build(3);`, "/make.ts": MAKE },
  "re-exports": {
    "/main.ts": use("./index"),
    "/index.ts": `export * from "./other"; export { make } from "./deep/make"; export type { T } from "./types";`,
    "/other.ts": "export const nothing = 1;",
    "/deep/make.ts": MAKE,
  },
  "a namespace export": {
    "/main.ts": `import { lib } from "./index";\nexport const model = lib.make(3);`,
    "/index.ts": `export * as lib from "./make";`,
    "/make.ts": MAKE,
  },
  CommonJS: { "/main.cjs": `const { make } = require("./make");\nconst model = make(3);`, "/make.cjs": COMMON },
  "a dynamic import": {
    "/main.mjs": `const { make } = await import("./make.mjs");\nconst model = make(3);`,
    "/make.mjs": MAKE.replace(": number", ""),
  },
  "type-only imports": {
    "/main.ts": `import type { Config } from "./missing";\nimport { type Other, make } from "./make";\nconst c: Config = { units: 3 };\nexport const model = make(c.units);`,
    "/make.ts": MAKE,
  },
  JSON: {
    "/main.ts": `import config from "./config.json";\nimport { make } from "./make";\nexport const model = make(config.units[0]);`,
    "/config.json": `{ "units": [3] }`,
    "/make.ts": MAKE,
  },
  "JSON by require": {
    "/main.js": `const { units } = require("./config.json");\nconst { make } = require("./make");\nconst model = make(units);`,
    "/config.json": `{ "units": 3 }`,
    "/make.js": COMMON,
  },
  "paths of tsconfig.json, with comments": {
    "/src/main.ts": use("@lib/make"),
    "/tsconfig.json": `{ // aliases\n "compilerOptions": { "baseUrl": ".", "paths": { "@lib/*": ["src/lib/*"], }, }, }`,
    "/src/lib/make.ts": MAKE,
  },
  "paths without a baseUrl, the longest pattern first": {
    "/app/src/main.ts": use("@/lib/make"),
    "/app/tsconfig.json": `{ "compilerOptions": { "paths": { "@/*": ["./wrong/*"], "@/lib/*": ["./src/right/*"] } } }`,
    "/app/wrong/lib/make.ts": "export const make = () => null;",
    "/app/src/right/make.ts": MAKE,
  },
  "paths of a configuration that is extended": {
    "/app/main.ts": use("lib"),
    "/app/tsconfig.json": `{ "extends": "../tsconfig.base" }`,
    "/tsconfig.base.json": `{ "compilerOptions": { "paths": { "lib": ["./packages/lib/make.ts"] } } }`,
    "/packages/lib/make.ts": MAKE,
  },
  "paths of a configuration that is referred to": {
    "/src/main.ts": use("~lib/make"),
    "/tsconfig.json": `{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }`,
    "/tsconfig.app.json": `{ "compilerOptions": { "paths": { "~lib/*": ["./src/*"] } } }`,
    "/src/make.ts": MAKE,
  },
  "baseUrl of jsconfig.json": {
    "/src/deep/main.js": use("lib/make"),
    "/jsconfig.json": `{ "compilerOptions": { "baseUrl": "src" } }`,
    "/src/lib/make.js": MAKE.replace(": number", ""),
  },
  "the alias that bundlers are given": {
    "/src/pages/main.ts": use("@/lib/make"),
    "/package.json": "{}",
    "/src/lib/make.ts": MAKE,
  },
  "imports of package.json": {
    "/src/main.js": use("#lib/make"),
    "/package.json": `{ "imports": { "#lib/*": { "node": "./lib/*.js" } } }`,
    "/lib/make.js": MAKE.replace(": number", ""),
  },
  "a package of the same repository": {
    "/apps/web/main.ts": use("@me/models"),
    "/package.json": `{ "workspaces": ["apps/*", "packages/*"] }`,
    "/packages/models/package.json": `{ "name": "@me/models", "main": "dist/index.js" }`,
    "/packages/models/src/index.ts": `export * from "./make";`,
    "/packages/models/src/make.ts": MAKE,
  },
  "exports of a package of the same repository": {
    "/apps/web/main.ts": use("@me/models/small/make"),
    "/packages/models/package.json": `{ "name": "@me/models", "exports": { ".": "./no.js", "./small/*": { "types": "./x.d.ts", "import": "./lib/*.ts" } } }`,
    "/packages/models/lib/make.ts": MAKE,
  },
  "an installed package that builds on TensorFlow.js": {
    "/src/main.ts": use("models"),
    "/node_modules/models/package.json": `{ "main": "lib.js", "peerDependencies": { "@tensorflow/tfjs": "4" } }`,
    "/node_modules/models/lib.js": COMMON,
  },
};

describe("a model behind an import", () => {
  it.each(Object.entries(PROJECTS))("%s", async (_what, files) => {
    const { reports } = await analyze(files, { entry: "model" });
    const report = reports[0];
    expect({ total: report?.params.total, error: report?.error }).toEqual({ total: 15 });
  });

  it.each([
    "@tensorflow/tfjs",
    "@tensorflow/tfjs-node",
    "@tensorflow/tfjs-node-gpu",
    "@tensorflow/tfjs/dist/tf.es2017.js",
    "npm:@tensorflow/tfjs@4.22.0",
    "https://cdn.jsdelivr.net/npm/@tensorflow/tfjs@4.22.0/+esm",
    "https://esm.sh/@tensorflow/tfjs@4",
    "https://cdn.skypack.dev/@tensorflow/tfjs-layers",
  ])("the package itself from %s", async (from) => {
    const dense = "dense({ units: 3, inputShape: [4] })";
    for (const source of [
      `import * as tf from "${from}";\nconst model = tf.sequential({ layers: [tf.layers.${dense}] });`,
      `import { sequential, layers as L } from "${from}";\nconst model = sequential({ layers: [L.${dense}] });`,
      `import tf from "${from}";\nconst model = tf.sequential({ layers: [tf.layers.${dense}] });`,
      `const { sequential, layers: { dense } } = require("${from}");\nconst model = sequential({ layers: [${dense}] });`,
    ]) {
      const { reports } = await analyze({ "/main.js": source });
      expect(reports.map(({ params }) => params.total)).toEqual([15]);
    }
  });

  it("an installed package of another kind is not read", async () => {
    const { reports } = await analyze(
      {
        "/main.ts": use("models"),
        "/node_modules/models/package.json": `{ "main": "lib.js" }`,
        "/node_modules/models/lib.js": COMMON,
      },
      { entry: "model" },
    );
    expect(reports[0]?.params.total).toBeNull();
    expect(reports[0]?.error).toContain("the module 'models' was not found");
  });
});
