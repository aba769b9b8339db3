// A workspace in memory with the real analyzer, for tests of what the requests of the client are answered.
import { createNodeAnalyzer } from "../../../src/platform/node";
import { OpenDocument } from "../../../src/server/document";
import { DEFAULT_SETTINGS, defaultsOf, type Settings } from "../../../src/server/settings";
import type { RequestHost } from "../../../src/server/request-host";
import type { FileEdit } from "../../../src/server/protocol";
import { pathOfUri, uriOfPath } from "../../../src/server/paths";

export const ROOT = "/project";
export const NET = "/project/net.py";

export interface Workspace {
  host: RequestHost;
  document: OpenDocument;
  /** Text of a file after an edit. */
  after(edit: FileEdit | null): string;
}

/** The file NET opened and analysed; `files` are the others, by path. */
export async function workspace(
  text: string,
  { files = {}, settings = {} }: { files?: Record<string, string>; settings?: Partial<Settings> } = {},
): Promise<Workspace> {
  const all = new Map([[NET, text], ...Object.entries(files)]);
  const own: Settings = { ...DEFAULT_SETTINGS, ...settings };
  const analyzer = createNodeAnalyzer((path) => all.get(path));
  const document = new OpenDocument("file:///project/net.py", NET, "python", 1, text);
  const request = { file: NET, root: ROOT, target: "budget" as const, defaults: defaultsOf(own) };
  document.offer(await analyzer.analyze(request));
  return {
    document,
    host: {
      version: "1.2.3",
      document: () => document,
      analyzer,
      analyzerWith: (overlay) => createNodeAnalyzer((path) => overlay(path) ?? all.get(path)),
      textOf: (path) => all.get(path),
      uriOf: uriOfPath,
      rootOf: () => ROOT,
      request: async () => request,
      settings: async () => own,
      lineName: (_, line) => `line ${line}`,
    },
    after(edit) {
      if (!edit) return "";
      const old = edit.isNew ? "" : (all.get(pathOfUri(edit.uri) ?? "") ?? "");
      const offset = ({ line, character }: FileEdit["start"]) =>
        old.split("\n").slice(0, line).join("\n").length + (line > 0 ? 1 : 0) + character;
      return old.slice(0, offset(edit.start)) + edit.text + old.slice(offset(edit.end));
    },
  };
}
