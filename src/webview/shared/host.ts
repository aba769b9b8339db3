// The page's side of the wire to the extension: typed messages, and what the page remembers while it is hidden.

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const api = acquireVsCodeApi();

/** Sends a message to the extension. */
export function send<Message>(message: Message): void {
  api.postMessage(message);
}

/** Calls `listener` with every message of the extension. Only the editor's own frame can post into a webview. */
export function onMessage<Message>(listener: (message: Message) => void): void {
  window.addEventListener("message", ({ data }: MessageEvent<Message>) => listener(data));
}

/** What `remember` was last given, also after the page was hidden and made again; undefined the first time. */
export function remembered<State>(): State | undefined {
  return api.getState() as State | undefined;
}

export function remember<State>(state: State): void {
  api.setState(state);
}
