// The program tree: one small tree for Python and for TypeScript/JavaScript, lowered from what the parsers give.
// It holds what an evaluator needs and nothing for a type checker: types are erased, comments dropped, sugar removed
// where both languages share a simpler form. A place the parser could not read is a Hole, so every text has a tree.
// What a node *means* (truthiness, division, attribute look-up) is the business of the dialects in 2-evaluate.

export type Language = "python" | "javascript";

/** Where a node stands in its file. `start`/`end` are UTF-16 offsets, `line`/`column` count from 1 (columns in UTF-16 units). */
export interface Span {
  start: number;
  end: number;
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
}

interface Node {
  span: Span;
}

// ---------------------------------------------------------------------------------------------------------- expressions

export type Expr =
  | NameExpr
  | NumberExpr
  | StringExpr
  | ConstantExpr
  | TemplateExpr
  | SequenceExpr
  | DictExpr
  | UnaryExpr
  | BinaryExpr
  | CompareExpr
  | LogicalExpr
  | ConditionalExpr
  | CallExpr
  | AttributeExpr
  | IndexExpr
  | SliceExpr
  | FunctionExpr
  | ClassExpr
  | ComprehensionExpr
  | AssignExpr
  | UpdateExpr
  | AwaitExpr
  | YieldExpr
  | SpreadExpr
  | CommaExpr
  | HoleExpr;

/** A variable. JavaScript `this` is the name "this", `super` the name "super", `undefined` the name "undefined". */
export interface NameExpr extends Node {
  kind: "name";
  id: string;
}

/** `isFloat` is how the literal is written in Python (`1.0`, `1e3`); always false in JavaScript. Imaginary literals are holes. */
export interface NumberExpr extends Node {
  kind: "number";
  value: number;
  isFloat: boolean;
}

/** A string after escapes; adjacent Python literals are joined. `bytes` for `b"…"`. */
export interface StringExpr extends Node {
  kind: "string";
  value: string;
  bytes: boolean;
}

/** None/null is "none"; JavaScript's undefined is a name. */
export interface ConstantExpr extends Node {
  kind: "constant";
  value: true | false | "none" | "ellipsis";
}

/** f-string or template string. `format` is the format spec (itself possibly a template), `conversion` one of r, s, a. */
export interface TemplateExpr extends Node {
  kind: "template";
  parts: (string | { value: Expr; conversion?: string; format?: Expr })[];
}

/** `[…]`, `(…,)`, `{…}` of values. Elements may be SpreadExpr; a JavaScript array hole is the name "undefined". */
export interface SequenceExpr extends Node {
  kind: "sequence";
  type: "list" | "tuple" | "set";
  elements: Expr[];
}

/** Python dict or JavaScript object literal (`object` true: keys written as names are string keys, a key may be computed).
 *  An entry with key null spreads its value. Methods are FunctionExpr values; accessors carry `accessor`. */
export interface DictExpr extends Node {
  kind: "dict";
  object: boolean;
  entries: { key: Expr | null; value: Expr; accessor?: "get" | "set" }[];
}

export interface UnaryExpr extends Node {
  kind: "unary";
  op: "-" | "+" | "~" | "not" | "typeof" | "void" | "delete";
  operand: Expr;
}

export type BinaryOp = "+" | "-" | "*" | "/" | "//" | "%" | "**" | "@" | "<<" | ">>" | ">>>" | "&" | "|" | "^";

export interface BinaryExpr extends Node {
  kind: "binary";
  op: BinaryOp;
  left: Expr;
  right: Expr;
}

export type CompareOp =
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">=" // prettier-ignore
  | "==="
  | "!=="
  | "in"
  | "not in"
  | "is"
  | "is not"
  | "instanceof";

/** `first op0 rest0 op1 rest1 …`: a chain in Python, one comparison in JavaScript. */
export interface CompareExpr extends Node {
  kind: "compare";
  first: Expr;
  rest: { op: CompareOp; value: Expr }[];
}

export interface LogicalExpr extends Node {
  kind: "logical";
  op: "and" | "or" | "??";
  left: Expr;
  right: Expr;
}

export interface ConditionalExpr extends Node {
  kind: "conditional";
  test: Expr;
  then: Expr;
  otherwise: Expr;
}

export interface Argument {
  value: Expr;
  /** Set for a keyword argument. */
  name?: string;
  /** `*value` / `...value` is "list", `**value` is "dict". */
  spread?: "list" | "dict";
}

export interface CallExpr extends Node {
  kind: "call";
  callee: Expr;
  args: Argument[];
  /** JavaScript `new`. */
  isNew: boolean;
  /** JavaScript `callee?.(…)`: undefined when the callee is null or undefined. */
  optional: boolean;
}

export interface AttributeExpr extends Node {
  kind: "attribute";
  object: Expr;
  name: string;
  /** JavaScript `object?.name`. */
  optional: boolean;
  /** Place of the name alone. */
  nameSpan: Span;
}

/** `object[index]`; the index of `x[a, b:c]` is a tuple SequenceExpr, slices are SliceExpr. */
export interface IndexExpr extends Node {
  kind: "index";
  object: Expr;
  index: Expr;
  optional: boolean;
}

export interface SliceExpr extends Node {
  kind: "slice";
  lower: Expr | null;
  upper: Expr | null;
  step: Expr | null;
}

export interface FunctionExpr extends Node {
  kind: "function";
  definition: FunctionDefinition;
}

export interface ClassExpr extends Node {
  kind: "class";
  definition: ClassDefinition;
}

/** A comprehension. For "dict" the `key` is set. */
export interface ComprehensionExpr extends Node {
  kind: "comprehension";
  type: "list" | "set" | "dict" | "generator";
  key: Expr | null;
  element: Expr;
  clauses: { target: Target; iterable: Expr; conditions: Expr[] }[];
}

/** Python's walrus and JavaScript's assignment expression; the value is what was assigned. `op` for `+=` and friends (`??`, `and`, `or` too). */
export interface AssignExpr extends Node {
  kind: "assign";
  target: Target;
  op: BinaryOp | "and" | "or" | "??" | null;
  value: Expr;
}

/** JavaScript `++`/`--`. */
export interface UpdateExpr extends Node {
  kind: "update";
  target: Target;
  delta: 1 | -1;
  prefix: boolean;
}

export interface AwaitExpr extends Node {
  kind: "await";
  value: Expr;
}

export interface YieldExpr extends Node {
  kind: "yield";
  value: Expr | null;
  /** `yield from` / `yield*`. */
  from: boolean;
}

/** `*x` / `...x` inside a sequence. */
export interface SpreadExpr extends Node {
  kind: "spread";
  value: Expr;
}

/** JavaScript `a, b`: the value is the last one. */
export interface CommaExpr extends Node {
  kind: "comma";
  values: Expr[];
}

/** What could not be read; evaluates to unknown with this reason. `parts` are readable pieces inside it. */
export interface HoleExpr extends Node {
  kind: "hole";
  reason: string;
  parts: Expr[];
}

// -------------------------------------------------------------------------------------------------------------- targets

/** The left side of an assignment, a parameter or a loop variable. */
export type Target = NameExpr | AttributeExpr | IndexExpr | UnpackTarget | ObjectTarget | HoleExpr;

/** `(a, *b)` / `[a, b = 1, ...c]`. A skipped JavaScript element is null. */
export interface UnpackTarget extends Node {
  kind: "unpack";
  elements: ({ target: Target; rest: boolean; fallback: Expr | null } | null)[];
}

/** JavaScript `{a, b: c = 1, ...rest}`. */
export interface ObjectTarget extends Node {
  kind: "object-target";
  properties: { key: Expr; target: Target; fallback: Expr | null }[];
  rest: Target | null;
}

// -------------------------------------------------------------------------------------------------- functions, classes

export interface Parameter {
  /** Name the caller may use; for a destructured JavaScript parameter a made-up one. */
  name: string;
  /** Set when the parameter destructures; bound from `name`'s value. */
  target: Target | null;
  fallback: Expr | null;
  /** Python type annotation, when there is one (dataclass fields and evidence of types). */
  annotation: Expr | null;
  kind: "positional-only" | "normal" | "keyword-only" | "rest" | "keyword-rest";
  span: Span;
}

export interface FunctionDefinition {
  /** "" for a lambda or an anonymous function. */
  name: string;
  nameSpan: Span;
  span: Span;
  parameters: Parameter[];
  /** Statements; a lambda or expression-bodied arrow has one return statement. */
  body: Stmt[];
  decorators: Expr[];
  isAsync: boolean;
  /** Contains `yield` of its own. */
  isGenerator: boolean;
  /** JavaScript arrow function: `this` is the one outside. */
  isArrow: boolean;
  docstring?: string;
}

export interface ClassDefinition {
  name: string;
  nameSpan: Span;
  span: Span;
  /** Base classes and class keywords (`metaclass=…`). JavaScript has at most one base. */
  bases: Argument[];
  decorators: Expr[];
  /** Python: the class body. JavaScript: empty, see `members`. */
  body: Stmt[];
  /** JavaScript members in order. A private name keeps its `#`. TypeScript parameter properties are lowered into fields by the reader. */
  members: ClassMember[];
}

export interface ClassMember {
  kind: "method" | "get" | "set" | "field" | "static-block";
  /** A string expression, or computed. The constructor is the method named "constructor". */
  key: Expr;
  isStatic: boolean;
  /** For method, get, set; a static block is a function without parameters. */
  method: FunctionDefinition | null;
  /** For a field; null when it has no initial value. */
  value: Expr | null;
  span: Span;
}

// ----------------------------------------------------------------------------------------------------------- statements

export type Stmt =
  | ExpressionStmt
  | AssignStmt
  | AugmentedAssignStmt
  | AnnotationStmt
  | DeclareStmt
  | IfStmt
  | WhileStmt
  | ForStmt
  | CounterForStmt
  | ReturnStmt
  | JumpStmt
  | FunctionStmt
  | ClassStmt
  | ImportStmt
  | ImportFromStmt
  | ExportStmt
  | RaiseStmt
  | TryStmt
  | WithStmt
  | AssertStmt
  | DeleteStmt
  | ScopeStmt
  | MatchStmt
  | SwitchStmt
  | BlockStmt
  | EnumStmt
  | HoleStmt;

export interface ExpressionStmt extends Node {
  kind: "expression";
  value: Expr;
}

/** Python `a = b = value`. Annotated assignments with a value are this too, with `annotation`. */
export interface AssignStmt extends Node {
  kind: "assignment";
  targets: Target[];
  value: Expr;
  annotation: Expr | null;
}

export interface AugmentedAssignStmt extends Node {
  kind: "augmented";
  target: Target;
  op: BinaryOp;
  value: Expr;
}

/** Python `name: type` without a value (a dataclass field, for one). */
export interface AnnotationStmt extends Node {
  kind: "annotation";
  target: Target;
  annotation: Expr;
}

/** JavaScript `var` / `let` / `const`; one statement for each declarator. */
export interface DeclareStmt extends Node {
  kind: "declare";
  scope: "var" | "let" | "const";
  target: Target;
  value: Expr | null;
}

export interface IfStmt extends Node {
  kind: "if";
  test: Expr;
  then: Stmt[];
  /** An `elif` is an IfStmt alone in here. */
  otherwise: Stmt[];
}

/** `while` and JavaScript's `do … while` (`testFirst` false). */
export interface WhileStmt extends Node {
  kind: "while";
  test: Expr;
  body: Stmt[];
  otherwise: Stmt[];
  testFirst: boolean;
  label?: string;
}

/** Python `for`, JavaScript `for…of` and `for…in` (`over` "keys"). `declare` is set for `let`/`const`/`var` loop variables. */
export interface ForStmt extends Node {
  kind: "for";
  target: Target;
  declare: "var" | "let" | "const" | null;
  iterable: Expr;
  over: "values" | "keys";
  body: Stmt[];
  otherwise: Stmt[];
  label?: string;
}

/** JavaScript `for (init; test; update)`. */
export interface CounterForStmt extends Node {
  kind: "counter-for";
  init: Stmt[];
  test: Expr | null;
  update: Expr | null;
  body: Stmt[];
  label?: string;
}

export interface ReturnStmt extends Node {
  kind: "return";
  value: Expr | null;
}

export interface JumpStmt extends Node {
  kind: "break" | "continue" | "pass";
  label?: string;
}

export interface FunctionStmt extends Node {
  kind: "function-definition";
  definition: FunctionDefinition;
}

export interface ClassStmt extends Node {
  kind: "class-definition";
  definition: ClassDefinition;
}

/** Python `import a.b as c` (one module a statement) and JavaScript `import * as c from "a"` / side-effect imports (`alias` null). */
export interface ImportStmt extends Node {
  kind: "import";
  module: string;
  /** Name bound; null binds the first part of the module in Python, nothing in JavaScript. */
  alias: string | null;
}

/** `from module import name as alias`; `level` counts Python's leading dots. In JavaScript the default import is the name "default". */
export interface ImportFromStmt extends Node {
  kind: "import-from";
  module: string;
  level: number;
  names: { name: string; alias: string; span: Span }[];
  star: boolean;
}

/** JavaScript exports that need more than a declaration: `export {a as b}`, `export … from "m"`, `export default …`.
 *  `export const x` is the declaration followed by an ExportStmt naming x. */
export interface ExportStmt extends Node {
  kind: "export";
  names: { local: string; exported: string }[];
  /** Re-export from this module. */
  from: string | null;
  /** `export * from` ("" ) or `export * as ns from` ("ns"); null otherwise. */
  star: string | null;
  /** `export default expression`. */
  value: Expr | null;
}

export interface RaiseStmt extends Node {
  kind: "raise";
  value: Expr | null;
  /** Python `raise … from cause`. */
  cause?: Expr;
}

export interface TryStmt extends Node {
  kind: "try";
  body: Stmt[];
  /** JavaScript's catch is one handler with type null; its binding is `target`. */
  handlers: { type: Expr | null; target: Target | null; body: Stmt[]; span: Span }[];
  otherwise: Stmt[];
  finally: Stmt[];
}

export interface WithStmt extends Node {
  kind: "with";
  items: { value: Expr; target: Target | null }[];
  body: Stmt[];
}

export interface AssertStmt extends Node {
  kind: "assert";
  test: Expr;
  message: Expr | null;
}

export interface DeleteStmt extends Node {
  kind: "delete";
  targets: Target[];
}

/** Python `global` / `nonlocal`. */
export interface ScopeStmt extends Node {
  kind: "global" | "nonlocal";
  names: string[];
}

export interface MatchStmt extends Node {
  kind: "match";
  subject: Expr;
  cases: { pattern: Pattern; guard: Expr | null; body: Stmt[] }[];
}

export type Pattern =
  | { kind: "value"; value: Expr }
  | { kind: "capture"; name: string | null; span: Span }
  | { kind: "sequence"; elements: Pattern[] }
  | { kind: "star"; name: string | null; span: Span }
  | { kind: "mapping"; entries: { key: Expr; pattern: Pattern }[]; rest: string | null }
  | { kind: "class"; type: Expr; positional: Pattern[]; keywords: { name: string; pattern: Pattern }[] }
  | { kind: "or"; options: Pattern[] }
  | { kind: "as"; pattern: Pattern; name: string; span: Span };

/** JavaScript `switch`, with fall-through. The default case has test null. */
export interface SwitchStmt extends Node {
  kind: "switch";
  subject: Expr;
  cases: { test: Expr | null; body: Stmt[] }[];
  label?: string;
}

/** JavaScript block with its own let/const scope. */
export interface BlockStmt extends Node {
  kind: "block";
  body: Stmt[];
  label?: string;
}

/** TypeScript enum (const or not). A member without value counts on from the one before. */
export interface EnumStmt extends Node {
  kind: "enum";
  name: string;
  members: { name: string; value: Expr | null }[];
}

export interface HoleStmt extends Node {
  kind: "hole";
  reason: string;
  parts: Stmt[];
}

// -------------------------------------------------------------------------------------------------------------- program

export interface SyntaxProblem {
  message: string;
  span: Span;
}

export interface Comment {
  /** Text without the comment mark. */
  text: string;
  span: Span;
}

/** One file as a program. */
export interface Program {
  language: Language;
  body: Stmt[];
  /** Places the parser could not read. */
  problems: SyntaxProblem[];
  /** Line comments, for directives such as `# budget: …`. */
  comments: Comment[];
}

/** Reads text into a program; total: any text gives a program. A reader is made asynchronously and then works synchronously. */
export interface Reader {
  read(text: string): Program;
  /** Reads one expression of this language (an `--entry`); undefined when it does not parse. */
  readExpression(text: string): Expr | undefined;
}
