// The two ways a native function ends early. Both are caught by the interpreter; neither leaves the core.
import type { Frame, OpaqueValue, Place, Value } from "./values";

/** The result of this call is not known; thrown by natives that met an opaque argument they need. */
export class Unknown {
  constructor(readonly value: OpaqueValue) {}
}

/** An exception of the user's language: raised by user code, or by a native where the framework would raise. */
export class Raised {
  constructor(
    /** Name of the exception class: "ValueError". */
    readonly type: string,
    readonly message: string,
    readonly place: Place | null,
    /** The exception object, when user code made one. */
    readonly value: Value | null,
    /** The chain of calls at that moment. */
    readonly stack: Frame | null,
    /** Raised by a framework (its layers, its shape rules), not by user code or the language itself. */
    public fromFramework = false,
  ) {}
}

/** A limit was hit; ends the whole evaluation of an entry and becomes part of its result. */
export class LimitReached {
  constructor(readonly reason: string) {}
}
