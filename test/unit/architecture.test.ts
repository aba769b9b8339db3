// The fences of docs/architecture.md: which folder may import what. Read from the import statements of every source file.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const source = join(__dirname, "..", "..", "src");

function filesUnder(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesUnder(path);
    return path.endsWith(".ts") && !path.endsWith(".d.ts") ? [path] : [];
  });
}

interface Import {
  from: string;
  /** Path under src for a file of ours, the package name otherwise. */
  to: string;
  typeOnly: boolean;
}

function importsOf(path: string): Import[] {
  const tree = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest);
  const from = relative(source, path);
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean) =>
    found.push({
      from,
      to: specifier.startsWith(".") ? relative(source, join(dirname(path), specifier)) : specifier,
      typeOnly,
    });
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      add(node.moduleSpecifier.text, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier && ts.isStringLiteral(node.moduleSpecifier)) {
      add(node.moduleSpecifier.text, node.isTypeOnly);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [first] = node.arguments;
      if (first && ts.isStringLiteral(first)) add(first.text, false);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

const imports = filesUnder(source).flatMap(importsOf);
const stageOf = (path: string) => Number(/^core\/(\d)-/.exec(path)?.[1] ?? 0);
const show = (bad: Import[]) => bad.map(({ from, to }) => `${from} imports ${to}`);

/** Packages the core may use at run time: pure JavaScript without a platform. */
const CORE_PACKAGES = [
  "web-tree-sitter",
  "htmlparser2",
  "zod/mini",
  "jsonc-parser",
  "smol-toml",
  "fastest-levenshtein",
];

describe("fences", () => {
  it("sees the imports of the project", () => {
    expect(imports.length).toBeGreaterThan(200);
    expect(imports.some(({ to }) => to === "vscode")).toBe(true);
  });

  it("the core imports only itself and pure packages", () => {
    const bad = imports.filter(
      ({ from, to, typeOnly }) =>
        from.startsWith("core/") &&
        !to.startsWith("core/") &&
        !CORE_PACKAGES.includes(to) &&
        !(typeOnly && to === "typescript"),
    );
    expect(show(bad)).toEqual([]);
  });

  it("a numbered stage imports only lower numbers and leaves", () => {
    const bad = imports.filter(({ from, to }) => {
      const own = stageOf(from);
      if (own === 0) return false;
      const other = stageOf(to);
      return other > own || (other === 0 && to.startsWith("core/") && !/^core\/(report|config|targets)\//.test(to));
    });
    expect(show(bad)).toEqual([]);
  });

  it("vscode is imported only by the extension", () => {
    expect(show(imports.filter(({ from, to }) => to === "vscode" && !from.startsWith("extension/")))).toEqual([]);
  });

  it("TensorFlow.js is imported only by the pages", () => {
    const own = imports.filter(({ to }) => to.startsWith("@tensorflow/"));
    expect(own.length).toBeGreaterThan(0);
    expect(show(own.filter(({ from }) => !from.startsWith("webview/")))).toEqual([]);
  });

  it("typescript is loaded in one place, on demand", () => {
    const loads = imports.filter(({ to, typeOnly }) => to === "typescript" && !typeOnly);
    expect(show(loads)).toEqual(["platform/node.ts imports typescript"]);
  });
});
