// What server and client agree on beyond the protocol. Free of imports, so that the client bundle holds no server code.

/** Name of the command behind every lens; its one argument is `{ uri, id }`, its result the text to show. */
export const EXPLAIN_COMMAND = "modelBudget.explain";

/** Options an editor may send when it starts the server. */
export interface InitializationOptions {
  /** True when the editor itself prints what the explain command returns; otherwise the server logs it. */
  showsExplanations?: boolean;
}
