// Prints a program tree in one line a statement, near to JavaScript but with every operator in prefix form and every
// property key as the expression it is, so that a test says in one string what a construct is lowered to.

import type {
  Argument,
  ClassDefinition,
  Expr,
  FunctionDefinition,
  Parameter,
  Stmt,
  Target,
} from "../../../src/core/1-syntax/tree";

export function printStatements(statements: Stmt[]): string {
  return statements.map(printStatement).join("\n");
}

function block(statements: Stmt[]): string {
  return statements.length === 0 ? "{}" : `{ ${statements.map(printStatement).join("; ")} }`;
}

export function printStatement(s: Stmt): string {
  const label =
    "label" in s && s.label !== undefined && s.kind !== "break" && s.kind !== "continue" ? `${s.label}: ` : "";
  return label + withoutLabel(s);
}

function withoutLabel(s: Stmt): string {
  switch (s.kind) {
    case "expression":
      return printExpression(s.value);
    case "declare":
      return `${s.scope} ${printTarget(s.target)}${s.value ? ` = ${printExpression(s.value)}` : ""}`;
    case "if":
      return `if ${printExpression(s.test)} ${block(s.then)}${s.otherwise.length > 0 ? ` else ${block(s.otherwise)}` : ""}`;
    case "while":
      return s.testFirst
        ? `while ${printExpression(s.test)} ${block(s.body)}`
        : `do ${block(s.body)} while ${printExpression(s.test)}`;
    case "for": {
      const declare = s.declare ? `${s.declare} ` : "";
      const over = s.over === "keys" ? "in" : "of";
      return `for ${declare}${printTarget(s.target)} ${over} ${printExpression(s.iterable)} ${block(s.body)}`;
    }
    case "counter-for": {
      const [test, update] = [s.test, s.update].map((part) => (part ? printExpression(part) : ""));
      return `for ${block(s.init)} [${test}] [${update}] ${block(s.body)}`;
    }
    case "return":
    case "raise":
      return s.value ? `${s.kind} ${printExpression(s.value)}` : s.kind;
    case "break":
    case "continue":
    case "pass":
      return s.label === undefined ? s.kind : `${s.kind} ${s.label}`;
    case "function-definition":
      return printFunction(s.definition);
    case "class-definition":
      return printClass(s.definition);
    case "import":
      return `import ${JSON.stringify(s.module)}${s.alias === null ? "" : ` as ${s.alias}`}`;
    case "import-from":
      return `from ${JSON.stringify(s.module)} import ${s.names.map((n) => pair(n.name, n.alias)).join(", ")}`;
    case "export": {
      const from = s.from === null ? "" : ` from ${JSON.stringify(s.from)}`;
      const star = s.star === null ? "" : s.star === "" ? " *" : ` * as ${s.star}`;
      const names = s.names.length > 0 ? ` ${s.names.map((n) => pair(n.local, n.exported)).join(", ")}` : "";
      return `export${star}${names}${s.value ? ` default ${printExpression(s.value)}` : ""}${from}`;
    }
    case "try": {
      const handlers = s.handlers.map((h) => ` catch ${h.target ? `${printTarget(h.target)} ` : ""}${block(h.body)}`);
      return `try ${block(s.body)}${handlers.join("")}${s.finally.length > 0 ? ` finally ${block(s.finally)}` : ""}`;
    }
    case "switch": {
      const cases = s.cases.map((c) => `${c.test ? `case ${printExpression(c.test)}` : "default"} ${block(c.body)}`);
      return `switch ${printExpression(s.subject)} [${cases.join(", ")}]`;
    }
    case "block":
      return block(s.body);
    case "enum":
      return `enum ${s.name} { ${s.members.map((m) => m.name + (m.value ? ` = ${printExpression(m.value)}` : "")).join(", ")} }`;
    case "hole":
      return `<${s.reason}${s.parts.length > 0 ? ` ${block(s.parts)}` : ""}>`;
    default:
      throw new Error(`not a statement of JavaScript: ${s.kind}`);
  }
}

function pair(from: string, to: string): string {
  return from === to ? from : `${from} as ${to}`;
}

export function printExpression(e: Expr): string {
  switch (e.kind) {
    case "name":
      return e.id;
    case "number":
      return String(e.value);
    case "string":
      return JSON.stringify(e.value);
    case "constant":
      return e.value === "none" ? "null" : String(e.value);
    case "template":
      return `\`${e.parts.map((part) => (typeof part === "string" ? part : `\${${printExpression(part.value)}}`)).join("")}\``;
    case "sequence":
      return `[${list(e.elements)}]`;
    case "dict":
      return `{${e.entries.map((entry) => (entry.key ? `${entry.accessor ? `${entry.accessor} ` : ""}${printExpression(entry.key)}: ` : "...") + printExpression(entry.value)).join(", ")}}`;
    case "unary":
      return `(${e.op} ${printExpression(e.operand)})`;
    case "binary":
    case "logical":
      return `(${e.op} ${printExpression(e.left)} ${printExpression(e.right)})`;
    case "compare":
      return `(${e.rest.map((step) => step.op).join(" ")} ${printExpression(e.first)} ${e.rest.map((step) => printExpression(step.value)).join(" ")})`;
    case "conditional":
      return `(? ${printExpression(e.test)} ${printExpression(e.then)} ${printExpression(e.otherwise)})`;
    case "call":
      return `${e.isNew ? "new " : ""}${printExpression(e.callee)}${e.optional ? "?." : ""}(${e.args.map(printArgument).join(", ")})`;
    case "attribute":
      return `${printExpression(e.object)}${e.optional ? "?." : "."}${e.name}`;
    case "index":
      return `${printExpression(e.object)}${e.optional ? "?." : ""}[${printExpression(e.index)}]`;
    case "function":
      return printFunction(e.definition);
    case "class":
      return printClass(e.definition);
    case "assign":
      return `(${e.op ?? ""}= ${printTarget(e.target)} ${printExpression(e.value)})`;
    case "update": {
      const sign = e.delta === 1 ? "++" : "--";
      return e.prefix ? `(${sign}${printTarget(e.target)})` : `(${printTarget(e.target)}${sign})`;
    }
    case "await":
      return `(await ${printExpression(e.value)})`;
    case "yield":
      return `(yield${e.from ? "*" : ""}${e.value ? ` ${printExpression(e.value)}` : ""})`;
    case "spread":
      return `...${printExpression(e.value)}`;
    case "comma":
      return `(, ${e.values.map(printExpression).join(" ")})`;
    case "hole":
      return `<${e.reason}${e.parts.length > 0 ? ` ${list(e.parts)}` : ""}>`;
    default:
      throw new Error(`not an expression of JavaScript: ${e.kind}`);
  }
}

function list(values: Expr[]): string {
  return values.map(printExpression).join(", ");
}

function printArgument(argument: Argument): string {
  return `${argument.spread === "list" ? "..." : ""}${printExpression(argument.value)}`;
}

function printTarget(target: Target): string {
  const fallback = (value: Expr | null) => (value ? ` = ${printExpression(value)}` : "");
  switch (target.kind) {
    case "unpack":
      return `[${target.elements.map((e) => (e ? `${e.rest ? "..." : ""}${printTarget(e.target)}${fallback(e.fallback)}` : "")).join(", ")}]`;
    case "object-target": {
      const parts = target.properties.map(
        (p) => `${printExpression(p.key)}: ${printTarget(p.target)}${fallback(p.fallback)}`,
      );
      return `{${[...parts, ...(target.rest ? [`...${printTarget(target.rest)}`] : [])].join(", ")}}`;
    }
    default:
      return printExpression(target);
  }
}

function printParameter(p: Parameter): string {
  const target = p.target ? ` -> ${printTarget(p.target)}` : "";
  return `${p.kind === "rest" ? "..." : ""}${p.name}${target}${p.fallback ? ` = ${printExpression(p.fallback)}` : ""}`;
}

function printFunction(d: FunctionDefinition): string {
  const decorators = d.decorators.map((decorator) => `@${printExpression(decorator)} `).join("");
  const head = `${decorators}${d.isAsync ? "async " : ""}${d.isArrow ? "arrow" : "function"}${d.isGenerator ? "*" : ""}`;
  return `${head}${d.name ? ` ${d.name}` : ""}(${d.parameters.map(printParameter).join(", ")}) ${block(d.body)}`;
}

function printClass(d: ClassDefinition): string {
  const decorators = d.decorators.map((decorator) => `@${printExpression(decorator)} `).join("");
  const members = d.members.map((member) => {
    const head = `${member.isStatic ? "static " : ""}${member.kind} ${printExpression(member.key)}`;
    const value = member.value ? ` = ${printExpression(member.value)}` : "";
    return `${head}${member.method ? ` ${printFunction(member.method)}` : value}`;
  });
  const name = d.name ? ` ${d.name}` : "";
  return `${decorators}class${name}(${d.bases.map(printArgument).join(", ")}) { ${members.join("; ")} }`;
}
