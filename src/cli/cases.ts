// Reads a file of cases: one JSON object a line, each a model to report.
import type { InputSpec } from "../core/report/report";
import { UsageError } from "./exit";

export interface Case {
  id: string;
  root: string;
  /** Relative to root. */
  file: string;
  entry?: string;
  inputs: InputSpec[];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Parses a file of cases; a line that is not a case is an error that names its line. Blank lines are skipped. */
export function parseCases(text: string, name: string): Case[] {
  const cases: Case[] = [];
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() === "") return;
    const place = `${name}:${index + 1}`;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw new UsageError(
        `${place} is not JSON; each line must be an object such as {"id":"1","root":".","file":"model.py"}`,
      );
    }
    if (!isRecord(value) || typeof value["file"] !== "string") {
      throw new UsageError(
        `${place} has no "file"; each line must be an object such as {"id":"1","root":".","file":"model.py"}`,
      );
    }
    const inputs = value["inputs"] ?? [];
    if (!Array.isArray(inputs) || !inputs.every((shape) => Array.isArray(shape) && shape.every(isDimension))) {
      throw new UsageError(`${place}: "inputs" must be a list of shapes such as [[1,3,32,32]]`);
    }
    const one: Case = {
      id: value["id"] === undefined ? String(index + 1) : String(value["id"]),
      root: typeof value["root"] === "string" ? value["root"] : ".",
      file: value["file"],
      inputs: (inputs as (number | null)[][]).map((shape) => ({ shape })),
    };
    if (typeof value["entry"] === "string") one.entry = value["entry"];
    cases.push(one);
  });
  return cases;
}

function isDimension(value: unknown): boolean {
  return value === null || (typeof value === "number" && Number.isSafeInteger(value) && value >= 0);
}
