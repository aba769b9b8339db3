// JavaScript's operators in the names of the program tree, by token kind.

import type { BinaryOp, CompareOp, UnaryExpr } from "../tree";
import type { TypescriptModule } from "./api";

export type Operator =
  | { kind: "binary"; op: BinaryOp }
  | { kind: "compare"; op: CompareOp }
  | { kind: "logical"; op: "and" | "or" | "??" }
  | { kind: "assign"; op: BinaryOp | "and" | "or" | "??" | null }
  | { kind: "comma" };

export interface Operators {
  binary: (Operator | undefined)[];
  prefix: (UnaryExpr["op"] | undefined)[];
}

/** Tables from token kind to operator. */
export function makeOperators(api: TypescriptModule): Operators {
  const kinds = api.SyntaxKind;
  const binary: (Operator | undefined)[] = [];
  const arithmetic: [number, number, BinaryOp][] = [
    [kinds.PlusToken, kinds.PlusEqualsToken, "+"],
    [kinds.MinusToken, kinds.MinusEqualsToken, "-"],
    [kinds.AsteriskToken, kinds.AsteriskEqualsToken, "*"],
    [kinds.SlashToken, kinds.SlashEqualsToken, "/"],
    [kinds.PercentToken, kinds.PercentEqualsToken, "%"],
    [kinds.AsteriskAsteriskToken, kinds.AsteriskAsteriskEqualsToken, "**"],
    [kinds.LessThanLessThanToken, kinds.LessThanLessThanEqualsToken, "<<"],
    [kinds.GreaterThanGreaterThanToken, kinds.GreaterThanGreaterThanEqualsToken, ">>"],
    [kinds.GreaterThanGreaterThanGreaterThanToken, kinds.GreaterThanGreaterThanGreaterThanEqualsToken, ">>>"],
    [kinds.AmpersandToken, kinds.AmpersandEqualsToken, "&"],
    [kinds.BarToken, kinds.BarEqualsToken, "|"],
    [kinds.CaretToken, kinds.CaretEqualsToken, "^"],
  ];
  for (const [token, assignToken, op] of arithmetic) {
    binary[token] = { kind: "binary", op };
    binary[assignToken] = { kind: "assign", op };
  }
  const logical: [number, number, "and" | "or" | "??"][] = [
    [kinds.AmpersandAmpersandToken, kinds.AmpersandAmpersandEqualsToken, "and"],
    [kinds.BarBarToken, kinds.BarBarEqualsToken, "or"],
    [kinds.QuestionQuestionToken, kinds.QuestionQuestionEqualsToken, "??"],
  ];
  for (const [token, assignToken, op] of logical) {
    binary[token] = { kind: "logical", op };
    binary[assignToken] = { kind: "assign", op };
  }
  const comparisons: [number, CompareOp][] = [
    [kinds.EqualsEqualsToken, "=="],
    [kinds.ExclamationEqualsToken, "!="],
    [kinds.EqualsEqualsEqualsToken, "==="],
    [kinds.ExclamationEqualsEqualsToken, "!=="],
    [kinds.LessThanToken, "<"],
    [kinds.LessThanEqualsToken, "<="],
    [kinds.GreaterThanToken, ">"],
    [kinds.GreaterThanEqualsToken, ">="],
    [kinds.InKeyword, "in"],
    [kinds.InstanceOfKeyword, "instanceof"],
  ];
  for (const [token, op] of comparisons) {
    binary[token] = { kind: "compare", op };
  }
  binary[kinds.EqualsToken] = { kind: "assign", op: null };
  binary[kinds.CommaToken] = { kind: "comma" };

  const prefix: (UnaryExpr["op"] | undefined)[] = [];
  prefix[kinds.MinusToken] = "-";
  prefix[kinds.PlusToken] = "+";
  prefix[kinds.TildeToken] = "~";
  prefix[kinds.ExclamationToken] = "not";
  return { binary, prefix };
}
