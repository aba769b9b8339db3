// Files the server cannot read itself: those of the browser, of virtual file systems, of everything but the disk. The editor
// reads them on request, which takes time, while the core reads at once. So this host answers from what is known, notes
// what was asked for and is not known, and an analysis is made again after that was fetched, until it asks for nothing new.
import type { Analyzer, SourceHost } from "../core/analyze";
import { isVirtualPath, uriOfPath } from "./paths";
import type { FilesAnswer, FilesParams, FolderEntries } from "./protocol";

/** Every round knows one more level of imports; packages nest and import less deep than this. */
const MAX_ROUNDS = 40;
/** How long is believed what no watcher tells of: folders, and files that are not code. */
const BELIEF_MS = 30_000;
/** Changes of these are told by the editor (WATCHED_FILES of server.ts). */
const WATCHED = /\.(py|[mc]?[tj]s|[tj]sx)$/;

interface Known<T> {
  value: T | null;
  until: number;
}

interface Missing {
  folders: Set<string>;
  files: Set<string>;
}

function split(path: string): { folder: string; name: string } {
  const slash = path.lastIndexOf("/");
  return { folder: path.slice(0, Math.max(slash, 0)), name: path.slice(slash + 1) };
}

/** A source host that knows what was fetched from the editor. */
export class ClientFiles implements SourceHost {
  private readonly folders = new Map<string, Known<{ files: Set<string>; folders: Set<string> }>>();
  private readonly texts = new Map<string, Known<string>>();
  private missing: Missing = { folders: new Set(), files: new Set() };
  /** Counts changes, so that an answer that was on its way during one is not taken. */
  private changes = 0;

  /**
   * @param ask sends a request to the editor; an editor that gives no files answers undefined.
   * @param overlay text of a document that is open.
   */
  constructor(
    private readonly ask: (params: FilesParams) => Promise<FilesAnswer | undefined>,
    private readonly overlay: (path: string) => string | undefined,
  ) {}

  readFile(path: string): string | undefined {
    const open = this.overlay(path);
    if (open !== undefined) return open;
    const known = this.texts.get(path);
    if (known) return known.value ?? undefined;
    const kind = this.kindOf(path);
    if (kind === "file" || kind === "unknown") this.missing.files.add(path);
    return undefined;
  }

  isFile(path: string): boolean {
    return this.overlay(path) !== undefined || this.kindOf(path) === "file";
  }

  isFolder(path: string): boolean {
    const own = this.folders.get(path);
    return own ? own.value !== null : this.kindOf(path) === "folder";
  }

  /** Text of a file if it is known, without asking for it. */
  peek(path: string): string | undefined {
    return this.texts.get(path)?.value ?? undefined;
  }

  /** Starts an analysis: what was asked for before is none of its business, and what is too old is forgotten. */
  begin(): void {
    this.missing = { folders: new Set(), files: new Set() };
    const now = Date.now();
    for (const known of [this.folders, this.texts]) {
      for (const [path, { until }] of known) if (until < now) known.delete(path);
    }
  }

  /** What was asked for since `begin` and is not known. */
  takeMissing(): Missing {
    const { missing } = this;
    this.missing = { folders: new Set(), files: new Set() };
    return missing;
  }

  /** Fetches what was missing and is not known by now; false when the editor gives nothing. */
  async fetch({ folders, files }: Missing): Promise<boolean> {
    const { changes } = this;
    const wantedFolders = [...folders].filter((path) => !this.folders.has(path));
    const listed = wantedFolders.length === 0 ? { folders: [], files: [] } : await this.request(wantedFolders, []);
    if (!listed) return false;
    if (this.changes !== changes) return true;
    const until = Date.now() + BELIEF_MS;
    wantedFolders.forEach((path, index) => {
      const entries: FolderEntries | null = listed.folders[index] ?? null;
      const value = entries && { files: new Set(entries.files), folders: new Set(entries.folders) };
      this.folders.set(path, { value, until });
    });
    const wantedFiles = [...files].filter((path) => !this.texts.has(path) && this.kindOf(path) === "file");
    if (wantedFiles.length === 0) return true;
    const read = await this.request([], wantedFiles);
    if (!read) return false;
    if (this.changes !== changes) return true;
    wantedFiles.forEach((path, index) => {
      this.texts.set(path, {
        value: read.files[index] ?? null,
        until: WATCHED.test(path) ? Number.POSITIVE_INFINITY : until,
      });
    });
    return true;
  }

  /** A file changed, appeared or went. The text of an open one is not ours, and typing in it changes no folder. */
  forget(path: string): void {
    if (this.overlay(path) !== undefined) return;
    this.changes++;
    this.texts.delete(path);
    // Its folder may be new too.
    for (let { folder } = split(path); folder !== ""; { folder } = split(folder)) this.folders.delete(folder);
  }

  private async request(folders: string[], files: string[]): Promise<FilesAnswer | undefined> {
    return this.ask({ folders: folders.map(uriOfPath), files: files.map(uriOfPath) });
  }

  private kindOf(path: string): "file" | "folder" | "nothing" | "unknown" {
    // Nothing lies beside what was never saved.
    if (path.startsWith("/untitled:/")) return "nothing";
    const { folder, name } = split(path);
    const listing = this.folders.get(folder);
    if (listing) {
      if (listing.value?.files.has(name)) return "file";
      return listing.value?.folders.has(name) ? "folder" : "nothing";
    }
    if (this.isGone(folder)) return "nothing";
    this.missing.folders.add(folder);
    return "unknown";
  }

  /** True for a folder that a folder above it does not hold. One that cannot be listed says nothing of what is in it. */
  private isGone(path: string): boolean {
    const { folder, name } = split(path);
    if (folder === "") return false;
    const listing = this.folders.get(folder);
    return listing?.value ? !listing.value.folders.has(name) : this.isGone(folder);
  }
}

/** Files of the disk from `local`, all others from the editor. */
export function localOrClient(local: SourceHost, client: SourceHost): SourceHost {
  const hostOf = (path: string) => (isVirtualPath(path) ? client : local);
  return {
    readFile: (path) => hostOf(path).readFile(path),
    isFile: (path) => hostOf(path).isFile(path),
    isFolder: (path) => hostOf(path).isFolder(path),
    packageRoots: (root) => hostOf(root).packageRoots?.(root) ?? [],
  };
}

/** An analyzer whose answers have read all they asked for; `analyzer` reads from `files`. */
export function withClientFiles(analyzer: Analyzer, files: ClientFiles): Analyzer {
  let queue: Promise<unknown> = Promise.resolve();
  // One analysis at a time, so that what it asked for is told apart; fetching lets others in.
  const once = <T>(work: () => Promise<T>) => {
    const next = queue.then(async () => {
      files.begin();
      const answer = await work();
      return { answer, missing: files.takeMissing() };
    });
    queue = next.catch(() => undefined);
    return next;
  };
  const complete = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let round = 1; ; round++) {
      const { answer, missing } = await once(work);
      if (missing.folders.size + missing.files.size === 0 || round === MAX_ROUNDS) return answer;
      if (!(await files.fetch(missing))) return answer;
    }
  };
  return {
    analyze: (request) => complete(() => analyzer.analyze(request)),
    advise: (request) => complete(() => analyzer.advise(request)),
    async examine(request, look) {
      // Looking may take long: what the file needs is fetched before.
      await complete(() => analyzer.analyze(request));
      return complete(() => analyzer.examine(request, look));
    },
    async fit(request) {
      // Takes seconds and lets others in between, so it does not wait in the queue.
      await complete(() => analyzer.analyze(request));
      return analyzer.fit(request);
    },
    plan: (request) => complete(() => analyzer.plan(request)),
    calibrate: (request) => complete(() => analyzer.calibrate(request)),
    invalidate(path) {
      files.forget(path);
      analyzer.invalidate(path);
    },
  };
}
