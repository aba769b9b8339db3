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

/**
 * Path of a document, or undefined for a scheme the analyzer cannot read. An unsaved document gets a path nothing on disk
 * has, with the ending its language asks for.
 */
export function pathOfUri(uri: string, languageId?: string): string | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(uri)?.[1]?.toLowerCase();
  const rest = uri.slice((scheme?.length ?? 0) + 1).replace(/[?#].*$/, "");
  if (scheme === "untitled") {
    const name = decode(rest).replace(/^\/+/, "");
    const ending = UNTITLED_EXTENSIONS[languageId ?? ""] ?? "";
    return `/untitled/${name}${name.endsWith(ending) ? "" : ending}`;
  }
  if (scheme !== "file") return undefined;
  const match = /^\/\/([^/]*)(\/.*)?$/.exec(rest);
  const host = match?.[1] ?? "";
  const path = decode(match === null ? rest : (match[2] ?? "/"));
  if (host !== "" && host !== "localhost") return `//${host}${path}`;
  // /C:/models/net.py is C:/models/net.py; drive letters compare in one case.
  const drive = /^\/([A-Za-z]):(.*)$/.exec(path);
  return drive === null ? path : `${(drive[1] ?? "").toUpperCase()}:${drive[2] ?? ""}`;
}

/** URI of a path of the analyzer, encoded as editors encode theirs. */
export function uriOfPath(path: string): string {
  const untitled = /^\/untitled\/(.*)$/.exec(path);
  if (untitled) return `untitled:${untitled[1] ?? ""}`;
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  return path.startsWith("/") ? `file://${encoded}` : `file:///${encoded}`;
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
