// URIs of the editor to paths of the analyzer (absolute, with `/`), and which workspace folder a file belongs to.
// Free of node, so that a browser entry can use it.

const UNTITLED_EXTENSIONS: Record<string, string> = {
  python: ".py",
  typescript: ".ts",
  typescriptreact: ".tsx",
  javascript: ".js",
  javascriptreact: ".jsx",
  html: ".html",
  vue: ".vue",
  svelte: ".svelte",
};

/** Schemes of what is no file someone works on: older versions, settings, outputs. */
const NOT_FILES = /^(git|gitfs|output|vscode-userdata|vscode-settings|vscode-terminal|walkthrough|debug|data|https?)$/;

/** Stands for the authority in the path of a URI that has none. */
const NO_AUTHORITY = "-";

/**
 * Path of a document, or undefined for a scheme that holds no source files. A document of another file system than the disk
 * gets a path nothing on disk has: `vscode-vfs://github/a/b.py` is `/vscode-vfs:/github/a/b.py`. So has an unsaved one, with the ending its language
 * asks for.
 */
export function pathOfUri(uri: string, languageId?: string): string | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined || NOT_FILES.test(scheme)) return undefined;
  const rest = uri.slice(scheme.length + 1).replace(/[?#].*$/, "");
  const match = /^\/\/([^/]*)(\/.*)?$/.exec(rest);
  const authority = match?.[1] ?? "";
  const path = decode(match === null ? rest : (match[2] ?? "/"));
  if (scheme !== "file") {
    const ending = scheme === "untitled" ? (UNTITLED_EXTENSIONS[languageId ?? ""] ?? "") : "";
    const full = `/${scheme}:/${authority || NO_AUTHORITY}/${path.replace(/^\/+/, "")}`;
    return full.endsWith(ending) ? full : `${full}${ending}`;
  }
  if (authority !== "" && authority !== "localhost") return `//${authority}${path}`;
  // /C:/models/net.py is C:/models/net.py; drive letters compare in one case.
  const drive = /^\/([A-Za-z]):(.*)$/.exec(path);
  return drive === null ? path : `${(drive[1] ?? "").toUpperCase()}:${drive[2] ?? ""}`;
}

/** `/scheme:/authority/path`; a scheme of one letter would be a drive. */
const VIRTUAL = /^\/([a-z][a-z0-9+.-]+):\/([^/]*)(\/.*)?$/;

/** True for a path whose file is not on the disk but in a file system of the editor, or unsaved. */
export function isVirtualPath(path: string): boolean {
  return VIRTUAL.test(path);
}

/**
 * URI of a path of the analyzer, encoded as editors encode theirs. An open document has its own URI, which should be taken
 * instead: the name of an unsaved one cannot be told from its path.
 */
export function uriOfPath(path: string): string {
  const virtual = VIRTUAL.exec(path);
  const encode = (text: string) => text.split("/").map(encodeURIComponent).join("/");
  if (virtual) {
    const [, scheme, authority, rest = "/"] = virtual;
    return `${scheme}:${authority === NO_AUTHORITY ? "" : `//${authority}`}${encode(rest)}`;
  }
  return path.startsWith("/") ? `file://${encode(path)}` : `file:///${encode(path)}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The innermost of `folders` that holds `path`, else the folder of the file itself. */
export function rootOf(path: string, folders: readonly string[]): string {
  let root: string | undefined;
  for (const folder of folders) {
    const bare = folder.replace(/\/+$/, "");
    if (path.startsWith(`${bare}/`) && (root === undefined || bare.length > root.length)) root = bare;
  }
  if (root !== undefined) return root === "" ? "/" : root;
  return path.slice(0, Math.max(1, path.lastIndexOf("/")));
}
