// When a fresh analysis replaces the one shown: nothing flickers while a line is half typed, nothing stale stays for good.
import { describe, expect, it } from "vitest";
import { OpenDocument } from "../../../src/server/document";
import { analysis, FILE, layer, report } from "./fixtures";

const TEXT = "def build():\n\n    a\n    b\n";
const good = analysis([report([layer([3]), layer([4])])]);
const broken = analysis([], { syntaxProblems: [{ message: "unclosed", line: 3, column: 6 }] });
const empty = analysis([], { nothingFound: "No model." });

function open() {
  const document = new OpenDocument("file:///models/net.py", FILE, "python", 1, TEXT);
  expect(document.offer(good)).toBe("shown");
  return document;
}

const lines = (document: OpenDocument) => document.lenses.map((lens) => lens.position.line);
const insert = (line: number, character: number, text: string) => ({
  range: { start: { line, character }, end: { line, character } },
  text,
});

describe("OpenDocument", () => {
  it("shows the first analysis whatever it holds", () => {
    const document = new OpenDocument("file:///models/net.py", FILE, "python", 1, TEXT);
    expect(document.offer(broken)).toBe("shown");
    expect(document.lenses).toEqual([]);
  });

  it("moves lenses with the text", () => {
    const document = open();
    expect(lines(document)).toEqual([0, 2, 3]);
    document.change([insert(3, 0, "    c\n"), insert(0, 0, "import x\n")], 2);
    expect(document.text).toBe("import x\ndef build():\n\n    a\n    c\n    b\n");
    expect(lines(document)).toEqual([1, 3, 5]);
  });

  it("moves lenses when the whole text is sent", () => {
    const document = open();
    document.change([{ text: `# comment\n${TEXT}` }], 2);
    expect(lines(document)).toEqual([1, 3, 4]);
  });

  it("drops the lenses of deleted lines at once", () => {
    const document = open();
    document.change([{ range: { start: { line: 3, character: 0 }, end: { line: 4, character: 0 } }, text: "" }], 2);
    expect(lines(document)).toEqual([0, 2]);
  });

  it("is not impressed by an analysis equal to the shown one", () => {
    expect(open().offer(structuredClone(good))).toBe("same");
  });

  it("keeps the last good lenses while the text does not parse, for as long as that takes", () => {
    const document = open();
    document.change([insert(2, 5, "(")], 2);
    expect(document.offer(broken)).toBe("held");
    expect(document.settle()).toBe("held");
    expect(lines(document)).toEqual([0, 2, 3]);
    document.change([insert(2, 6, ")")], 3);
    expect(document.offer(good)).toBe("same");
  });

  it("believes in a lost model once the typing has settled", () => {
    const document = open();
    document.change([insert(2, 5, "b")], 2);
    expect(document.offer(empty)).toBe("held");
    expect(lines(document)).toEqual([0, 2, 3]);
    expect(document.settle()).toBe("shown");
    expect(document.lenses).toEqual([]);
  });

  it("holds back numbers that became unknown", () => {
    const document = open();
    const partial = analysis([report([layer([3])], { status: "partial", macs: null })]);
    expect(document.offer(partial)).toBe("held");
    expect(document.settle()).toBe("shown");
    expect(document.offer(good)).toBe("shown");
  });

  it("forgets what it held when the text changes again", () => {
    const document = open();
    expect(document.offer(empty)).toBe("held");
    document.change([insert(0, 0, "\n")], 2);
    expect(document.isHolding).toBe(false);
    expect(document.settle()).toBe("same");
    expect(lines(document)).toEqual([1, 3, 4]);
  });

  it("takes fresh numbers of a file that never parses in full, as long as no model is lost", () => {
    const problem = { syntaxProblems: [{ message: "type parameter", line: 9, column: 1 }] };
    const document = new OpenDocument("file:///models/net.py", FILE, "python", 1, TEXT);
    document.offer(analysis([report([layer([3]), layer([4])])], problem));
    expect(document.offer(analysis([report([layer([3])])], problem))).toBe("shown");
    expect(lines(document)).toEqual([0, 2]);
  });

  it("holds back half a model read from a text that has just stopped parsing", () => {
    const half = analysis([report([layer([3])])], { syntaxProblems: [{ message: "unclosed", line: 4, column: 1 }] });
    expect(open().offer(half)).toBe("held");
  });
});
