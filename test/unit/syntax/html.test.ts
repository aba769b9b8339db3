// Scripts of HTML pages, Vue and Svelte components.

import fc from "fast-check";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { type DocumentKind, readScripts } from "../../../src/core/1-syntax/html";
import { createTypescriptReader } from "../../../src/core/1-syntax/typescript/reader";
import { printStatements } from "./typescript-print";

const reader = createTypescriptReader(ts);

function scripts(document: string, kind: DocumentKind = "html"): string[] {
  const read = readScripts(document, kind);
  expect(read.text).toHaveLength(document.length);
  return read.blocks.map(({ start, end }) => document.slice(start, end));
}

describe("HTML", () => {
  it("keeps the places of what it reads", () => {
    const page = "<!DOCTYPE html>\r\n<p>é𝕏 <b>x</b>\r\n<script>\r\n  model.add(1);\r\n</script>\n<script>f()</script>";
    const { text } = readScripts(page, "html");
    expect(text).toHaveLength(page.length);
    expect(text.split(/\r\n|\n/).map((line) => line.replace(/^ +| +$/g, ""))).toEqual([
      "",
      "",
      "",
      "model.add(1);",
      "\u2028;",
      "f()\u2028;",
    ]);
    const { body, problems } = reader.read(text);
    expect(problems).toEqual([]);
    const values = body.flatMap((statement) => (statement.kind === "expression" ? [statement.value] : []));
    expect(values.map(({ span }) => [page.slice(span.start, span.end), span.line, span.column])).toEqual([
      ["model.add(1)", 4, 3],
      ["f()", 6, 9],
    ]);
  });

  it("keeps scripts apart", () => {
    const { text } = readScripts("<script>a // end</script><script>(b)</script><script>c</script>", "html");
    expect(printStatements(reader.read(text).body)).toBe("a\nb\nc");
  });

  it("lists external scripts in order", () => {
    const page =
      '<script src="https://cdn/tf.min.js?a&amp;b"></script>\n<script type=module src=" ./main.js ">no()</script>';
    expect(readScripts(page, "html").sources).toEqual([
      { src: "https://cdn/tf.min.js?a&b", start: 0 },
      { src: "./main.js", start: 54 },
    ]);
    expect(scripts(page)).toEqual([]);
  });

  it.each([
    "",
    " type=''",
    " type=module",
    " type='text/javascript'",
    " TYPE='Text/JavaScript; charset=utf-8'",
    " type='application/javascript'",
    " type='text/ecmascript'",
    " type='text/babel'",
    " type='text/typescript'",
    " type='text/jsx'",
    " lang=ts",
    " async defer crossorigin",
  ])("reads <script%s>", (attributes) => {
    expect(scripts(`<script${attributes}>f()</script>`)).toEqual(["f()"]);
  });

  it.each([
    "text/template",
    "text/x-handlebars-template",
    "application/json",
    "application/ld+json",
    "importmap",
    "x-shader/x-vertex",
    "text/plain",
    "text/x-python",
  ])("skips scripts of type %s", (type) => {
    expect(scripts(`<script type="${type}">f()</script>`)).toEqual([]);
    expect(readScripts(`<script type="${type}" src="a"></script>`, "html").sources).toEqual([]);
  });

  it("takes script text as it is", () => {
    expect(scripts("<script>if (a < b && c) x = '<p>' + \"&amp;\"</script>")).toEqual([
      "if (a < b && c) x = '<p>' + \"&amp;\"",
    ]);
  });

  it("finds no script in comments and texts", () => {
    expect(
      scripts("<!-- <script>a</script> --><textarea><script>b</script></textarea><title><script>c</script></title>"),
    ).toEqual([]);
  });

  it("reads around old comment marks", () => {
    const { text } = readScripts("<script>\n<!--\nf()\n//-->\n</script><script><!-- g()\nh() --></script>", "html");
    expect(printStatements(reader.read(text).body)).toBe("f()\nh()");
  });

  it.each([
    ["<script>f()", "f()"],
    ["<script>f()</scr", "f()</scr"],
    ["<script>f()</script", "f()</script"],
    ["<SCRIPT>f()</Script >", "f()"],
    ["<body><script>f()</script></div></p>", "f()"],
  ])("reads the broken page %s", (page, script) => {
    expect(scripts(page)).toEqual([script]);
  });

  it("is blank without scripts", () => {
    expect(readScripts("<p>a</p>\n", "html")).toEqual({ text: "        \n", blocks: [], sources: [] });
  });
});

describe("components", () => {
  it("reads both scripts of a Vue component", () => {
    const component =
      '<template>\n  <p :a="b > c" @click="d">{{ e < f }}</p><template #x><i/></template><script>no()</script>\n</template>\n' +
      '<script>export default {}</script>\n<script setup lang="ts">\nconst a: number = 1\n</script>\n<style scoped>p > a {}</style>';
    expect(scripts(component, "vue")).toEqual(["export default {}", "\nconst a: number = 1\n"]);
  });

  it("knows a script that closes itself", () => {
    const component = '<script src="./model.ts" lang="ts" />\n<script>f()</script>';
    expect(readScripts(component, "vue").sources).toEqual([{ src: "./model.ts", start: 0 }]);
    expect(scripts(component, "vue")).toEqual(["f()"]);
  });

  it("reads the scripts of a Svelte component", () => {
    const component =
      '<script context="module">f()</script>\n<script lang="ts">g()</script>\n' +
      '{#if a < b}<p on:click={() => x = "1"}>{c > d}</p>{/if}\n<svelte:head><script src="tf.js"></script></svelte:head>';
    expect(scripts(component, "svelte")).toEqual(["f()", "g()"]);
    expect(readScripts(component, "svelte").sources.map(({ src }) => src)).toEqual(["tf.js"]);
  });
});

describe("any document", () => {
  const pieces = fc.constantFrom(
    "<script>",
    "</script>",
    "<script src='a.js'>",
    "<script type=text/plain>",
    "<template>",
    "</template>",
    "<!--",
    "-->", // prettier-ignore
    "<",
    ">",
    "</",
    "/>",
    "'",
    '"',
    "\n",
    "\r\n",
    "f()",
    "// x",
    "/*",
    "<![CDATA[",
    "<svg>",
    "<style>",
    "é",
    "\u{1D54F}",
    "&amp;", // prettier-ignore
  );

  it("keeps its length and its line breaks", () => {
    const document = fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(document, fc.constantFrom<DocumentKind>("html", "vue", "svelte"), (text, kind) => {
        const read = readScripts(text, kind);
        expect(read.text).toHaveLength(text.length);
        expect(read.text.replace(/[^\r\n]/g, ".")).toBe(text.replace(/[^\r\n]/g, "."));
        let last = 0;
        for (const { start, end } of read.blocks) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          last = end;
        }
        expect(last).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 2000 },
    );
  });
});
