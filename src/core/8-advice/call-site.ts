// A call as it is written: its arguments by the parameter they bind, each with its text, and edits of single arguments that
// leave the rest of the call as the author formatted it. Python keyword arguments and the properties of a JavaScript
// configuration object look the same from outside. What a layer means is the business of the rules.
import type { Argument, CallExpr, DictExpr, Expr, Language, Span } from "../1-syntax/tree";
import type { TextEdit } from "../report/finding";

/** One argument of a call in the text. */
export interface WrittenArgument {
  /** The parameter it binds; null where that cannot be told (after a spread, or more than the known parameters). */
  name: string | null;
  /** Written with its name: `filters=32` or `filters: 32`. */
  named: boolean;
  value: Expr;
  /** The whole argument with its name. */
  start: number;
  end: number;
}

export class CallSite {
  readonly args: readonly WrittenArgument[];
  /** True when `*args`, `**kwargs` or `...config` may bind more than is written. */
  readonly hasSpread: boolean;
  /** The object literal that holds the arguments of a JavaScript call; null in Python. */
  private readonly config: DictExpr | null;

  /** `parameters` are the names of the positional parameters of what is called, in order, without `self`. */
  constructor(
    readonly file: string,
    readonly text: string,
    readonly language: Language,
    readonly call: CallExpr,
    parameters: readonly string[],
  ) {
    const first = call.args[0]?.value;
    this.config = language === "javascript" && first?.kind === "dict" && first.object ? first : null;
    if (this.config) {
      this.hasSpread = this.config.entries.some((entry) => entry.key === null);
      this.args = this.config.entries.map((entry) => this.property(entry));
    } else {
      this.hasSpread = call.args.some((argument) => argument.spread !== undefined);
      let spreadSeen = false;
      this.args = call.args.map((argument, index) => {
        spreadSeen ||= argument.spread !== undefined;
        return this.argument(argument, spreadSeen ? null : (parameters[index] ?? null));
      });
    }
  }

  private property(entry: DictExpr["entries"][number]): WrittenArgument {
    const { key, value } = entry;
    const name = key?.kind === "string" ? key.value : key?.kind === "name" ? key.id : null;
    return {
      name,
      named: true,
      value,
      start: Math.min(key?.span.start ?? value.span.start, value.span.start),
      end: value.span.end,
    };
  }

  private argument(argument: Argument, position: string | null): WrittenArgument {
    const { start, end } = argument.value.span;
    if (argument.name === undefined) {
      const stars =
        argument.spread === "dict" ? 2 : argument.spread === "list" ? (this.language === "python" ? 1 : 3) : 0;
      return { name: stars > 0 ? null : position, named: false, value: argument.value, start: start - stars, end };
    }
    const before = new RegExp(`\\b${argument.name}\\s*=[\\s(]*$`).exec(
      this.text.slice(this.call.callee.span.end, start),
    );
    const from = before ? this.call.callee.span.end + before.index : start;
    return { name: argument.name, named: true, value: argument.value, start: from, end };
  }

  /** The argument that binds a parameter. */
  find(name: string): WrittenArgument | undefined {
    return this.args.find((argument) => argument.name === name);
  }

  /** Text of an expression of this file. */
  textOf(expr: { span: Span }): string {
    return this.text.slice(expr.span.start, expr.span.end);
  }

  /** Name of what is called, without what it is an attribute of: `Conv2D` of `keras.layers.Conv2D(…)`; null for other callees. */
  get calleeName(): string | null {
    const { callee } = this.call;
    return callee.kind === "name" ? callee.id : callee.kind === "attribute" ? callee.name : null;
  }

  /** What stands before the called name: `keras.layers.`, or "" for a bare name. */
  get calleePrefix(): string {
    const { callee } = this.call;
    return callee.kind === "attribute" ? this.text.slice(callee.span.start, callee.nameSpan.start) : "";
  }

  /** Calls something else of the same module instead. */
  rename(name: string): TextEdit {
    const { callee } = this.call;
    const { start, end } = callee.kind === "attribute" ? callee.nameSpan : callee.span;
    return { file: this.file, start, end, text: name };
  }

  /** Puts another expression in place of an argument's value. */
  setValue(argument: WrittenArgument, text: string): TextEdit {
    const { start, end } = argument.value.span;
    return { file: this.file, start, end, text };
  }

  /** Another argument (or several, ready-made) in place of a whole one. */
  replace(argument: WrittenArgument, ...written: string[]): TextEdit {
    return {
      file: this.file,
      start: argument.start,
      end: argument.end,
      text: written.join(this.separatorBefore(argument)),
    };
  }

  /** Takes an argument out, with the comma before it (after it, for the first one). */
  remove(argument: WrittenArgument): TextEdit {
    const index = this.args.indexOf(argument);
    const previous = this.args[index - 1];
    const next = this.args[index + 1];
    const start = previous ? previous.end : argument.start;
    const end = !previous && next ? next.start : argument.end;
    return { file: this.file, start, end, text: "" };
  }

  /** `name=value` as this language writes it. */
  write(name: string, value: string): string {
    return this.language === "python" ? `${name}=${value}` : `${name}: ${value}`;
  }

  /** Adds arguments after the last one, on lines of their own where the last one has its own. */
  append(...written: string[]): TextEdit {
    const last = this.args.at(-1);
    if (last) {
      const separator = this.separatorBefore(last);
      return { file: this.file, start: last.end, end: last.end, text: written.map((one) => separator + one).join("") };
    }
    const holder = this.config ?? this.call;
    const at = holder.span.end - 1;
    return { file: this.file, start: at, end: at, text: written.join(", ") };
  }

  /** What this call puts between two arguments: `, ` or a comma and a new line. */
  private separatorBefore(argument: WrittenArgument): string {
    const line = this.text.lastIndexOf("\n", argument.start - 1);
    const indent = this.text.slice(line + 1, argument.start);
    const ownLine = line >= this.call.callee.span.end && indent.trim() === "";
    return ownLine ? `,\n${indent}` : ", ";
  }
}
