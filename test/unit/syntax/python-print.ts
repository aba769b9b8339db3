// Prints a program tree compactly, one statement a line, so that tests can be written by hand. Prefix notation:
// `(+ a b)`, `(call f a k=v)`; blocks are indented by two spaces.

import type {
  Argument,
  Expr,
  FunctionDefinition,
  Parameter,
  Pattern,
  Stmt,
  Target,
} from "../../../src/core/1-syntax/tree";

export function printProgram(body: Stmt[]): string {
  return printBlock(body, "").join("\n");
}

function printBlock(body: Stmt[], indent: string): string[] {
  return body.flatMap((statement) => printStatement(statement, indent));
}

function printStatement(s: Stmt, indent: string): string[] {
  const line = (text: string) => [indent + text];
  const block = (head: string, body: Stmt[]) => [indent + head, ...printBlock(body, `${indent}  `)];
  const optional = (head: string, body: Stmt[]) => (body.length > 0 ? block(head, body) : []);
  switch (s.kind) {
    case "expression":
      return line(printExpr(s.value));
    case "assignment": {
      const type = s.annotation ? `: ${printExpr(s.annotation)}` : "";
      return line(`${s.targets.map(printTarget).join(" = ")}${type} = ${printExpr(s.value)}`);
    }
    case "augmented":
      return line(`${printTarget(s.target)} ${s.op}= ${printExpr(s.value)}`);
    case "annotation":
      return line(`${printTarget(s.target)}: ${printExpr(s.annotation)}`);
    case "if":
      return [...block(`if ${printExpr(s.test)}`, s.then), ...optional("else", s.otherwise)];
    case "while":
      return [...block(`while ${printExpr(s.test)}`, s.body), ...optional("else", s.otherwise)];
    case "for": {
      const head = `for ${printTarget(s.target)} in ${printExpr(s.iterable)}`;
      return [...block(head, s.body), ...optional("else", s.otherwise)];
    }
    case "return":
    case "raise":
      return line(s.value ? `${s.kind} ${printExpr(s.value)}` : s.kind);
    case "break":
    case "continue":
    case "pass":
      return line(s.kind);
    case "function-definition": {
      const d = s.definition;
      return [
        ...d.decorators.map((decorator) => `${indent}@${printExpr(decorator)}`),
        ...block(`${functionMarks(d)}def ${d.name}(${printParameters(d.parameters)})`, d.body),
      ];
    }
    case "class-definition": {
      const d = s.definition;
      return [
        ...d.decorators.map((decorator) => `${indent}@${printExpr(decorator)}`),
        ...block(`class ${d.name}(${d.bases.map(printArgument).join(" ")})`, d.body),
      ];
    }
    case "import":
      return line(`import ${s.module}${s.alias === null ? "" : ` as ${s.alias}`}`);
    case "import-from": {
      const names = s.names.map((n) => (n.name === n.alias ? n.name : `${n.name} as ${n.alias}`));
      return line(`from ${".".repeat(s.level)}${s.module} import ${s.star ? "*" : names.join(", ")}`);
    }
    case "try":
      return [
        ...block("try", s.body),
        ...s.handlers.flatMap((h) => {
          const type = h.type ? ` ${printExpr(h.type)}` : "";
          return block(`except${type}${h.target ? ` as ${printTarget(h.target)}` : ""}`, h.body);
        }),
        ...optional("else", s.otherwise),
        ...optional("finally", s.finally),
      ];
    case "with": {
      const items = s.items.map((i) => `${printExpr(i.value)}${i.target ? ` as ${printTarget(i.target)}` : ""}`);
      return block(`with ${items.join(", ")}`, s.body);
    }
    case "assert":
      return line(`assert ${printExpr(s.test)}${s.message ? `, ${printExpr(s.message)}` : ""}`);
    case "delete":
      return line(`del ${s.targets.map(printTarget).join(", ")}`);
    case "global":
    case "nonlocal":
      return line(`${s.kind} ${s.names.join(", ")}`);
    case "match":
      return [
        indent + `match ${printExpr(s.subject)}`,
        ...s.cases.flatMap((c) => [
          `${indent}  case ${printPattern(c.pattern)}${c.guard ? ` if ${printExpr(c.guard)}` : ""}`,
          ...printBlock(c.body, `${indent}    `),
        ]),
      ];
    case "hole":
      return block(`HOLE ${s.reason}`, s.parts);
    default:
      return line(`?${s.kind}`);
  }
}

export function printExpr(e: Expr): string {
  switch (e.kind) {
    case "name":
      return e.id;
    case "number":
      return e.isFloat ? `${e.value}f` : String(e.value);
    case "string":
      return (e.bytes ? "b" : "") + printString(e.value);
    case "constant":
      return { true: "True", false: "False", none: "None", ellipsis: "..." }[String(e.value)] ?? "?";
    case "template": {
      const parts = e.parts.map((part) => {
        if (typeof part === "string") return printString(part);
        const format = part.format ? `:${printExpr(part.format)}` : "";
        return `{${printExpr(part.value)}${part.conversion ? `!${part.conversion}` : ""}${format}}`;
      });
      return `(f ${parts.join(" ")})`;
    }
    case "sequence":
      return `(${[e.type, ...e.elements.map(printExpr)].join(" ")})`;
    case "dict": {
      const entries = e.entries.map((entry) =>
        entry.key ? `${printExpr(entry.key)}: ${printExpr(entry.value)}` : `**${printExpr(entry.value)}`,
      );
      return `{${entries.join(", ")}}`;
    }
    case "unary":
      return `(${e.op} ${printExpr(e.operand)})`;
    case "binary":
    case "logical":
      return `(${e.op} ${printExpr(e.left)} ${printExpr(e.right)})`;
    case "compare":
      return `(${printExpr(e.first)} ${e.rest.map((r) => `${r.op} ${printExpr(r.value)}`).join(" ")})`;
    case "conditional":
      return `(if ${printExpr(e.test)} ${printExpr(e.then)} ${printExpr(e.otherwise)})`;
    case "call":
      return `(${["call", printExpr(e.callee), ...e.args.map(printArgument)].join(" ")})`;
    case "attribute":
      return `${printExpr(e.object)}.${e.name}`;
    case "index":
      return `${printExpr(e.object)}[${printExpr(e.index)}]`;
    case "slice":
      return `(slice ${[e.lower, e.upper, e.step].map((part) => (part ? printExpr(part) : "_")).join(" ")})`;
    case "function": {
      const d = e.definition;
      const result = d.body[0]?.kind === "return" && d.body[0].value ? printExpr(d.body[0].value) : "?";
      return `(lambda${d.isGenerator ? "*" : ""} (${printParameters(d.parameters)}) ${result})`;
    }
    case "comprehension": {
      const clauses = e.clauses.map((c) => {
        const conditions = c.conditions.map((condition) => ` if ${printExpr(condition)}`).join("");
        return ` for ${printTarget(c.target)} in ${printExpr(c.iterable)}${conditions}`;
      });
      const key = e.key ? `${printExpr(e.key)}: ` : "";
      return `(${e.type}-of ${key}${printExpr(e.element)}${clauses.join("")})`;
    }
    case "assign":
      return `(:= ${printTarget(e.target)} ${printExpr(e.value)})`;
    case "await":
      return `(await ${printExpr(e.value)})`;
    case "yield":
      return `(yield${e.from ? "-from" : ""}${e.value ? ` ${printExpr(e.value)}` : ""})`;
    case "spread":
      return `*${printExpr(e.value)}`;
    case "hole":
      return `(${["HOLE", JSON.stringify(e.reason), ...e.parts.map(printExpr)].join(" ")})`;
    default:
      return `?${e.kind}`;
  }
}

/** JSON with everything outside ASCII escaped, so that an expectation is unambiguous. */
function printString(value: string): string {
  return JSON.stringify(value).replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

export function printTarget(t: Target): string {
  if (t.kind !== "unpack") return t.kind === "object-target" ? "?" : printExpr(t);
  const elements = t.elements.map((e) => (e ? (e.rest ? "*" : "") + printTarget(e.target) : "_"));
  return `<${elements.join(" ")}>`;
}

function printArgument(a: Argument): string {
  const spread = a.spread === "list" ? "*" : a.spread === "dict" ? "**" : "";
  return `${a.name === undefined ? "" : `${a.name}=`}${spread}${printExpr(a.value)}`;
}

function printParameters(parameters: Parameter[]): string {
  const marks = { "positional-only": "/", normal: "", "keyword-only": "!", rest: "*", "keyword-rest": "**" };
  const shown = parameters.map((p) => {
    const name = p.target ? printTarget(p.target) : p.name;
    const type = p.annotation ? `: ${printExpr(p.annotation)}` : "";
    return `${marks[p.kind]}${name}${type}${p.fallback ? ` = ${printExpr(p.fallback)}` : ""}`;
  });
  return shown.join(", ");
}

function functionMarks(d: FunctionDefinition): string {
  return `${d.isAsync ? "async " : ""}${d.isGenerator ? "generator " : ""}`;
}

export function printPattern(p: Pattern): string {
  switch (p.kind) {
    case "value":
      return printExpr(p.value);
    case "capture":
      return p.name === null ? "_" : `$${p.name}`;
    case "star":
      return `*${p.name ?? "_"}`;
    case "sequence":
      return `[${p.elements.map(printPattern).join(", ")}]`;
    case "mapping": {
      const entries = p.entries.map((e) => `${printExpr(e.key)}: ${printPattern(e.pattern)}`);
      return `{${[...entries, ...(p.rest === null ? [] : [`**${p.rest}`])].join(", ")}}`;
    }
    case "class": {
      const keywords = p.keywords.map((k) => `${k.name}=${printPattern(k.pattern)}`);
      return `${printExpr(p.type)}(${[...p.positional.map(printPattern), ...keywords].join(", ")})`;
    }
    case "or":
      return `(${p.options.map(printPattern).join(" | ")})`;
    case "as":
      return `(${printPattern(p.pattern)} as ${p.name})`;
  }
}
