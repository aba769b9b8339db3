// Advice for open files, made when the typing has rested: it takes longer than the lenses, since every fix is tried. Diagnostics
// are published, code actions answered from what was published last; an edit in between makes them wait for fresh advice.
import type { CodeAction, CodeActionParams, Connection, PublishDiagnosticsParams, Range } from "vscode-languageserver";
import type { Analyzer, AnalyzeRequest } from "../core/analyze";
import { codeActionsOf, commentDiagnostics, type ShownFinding, shownFindings } from "./advice";
import type { OpenDocument } from "./document";
import type { ShownFindings } from "./protocol";
import type { EditedFiles } from "./workspace-edits";

/** Advice starts when nobody has typed for this long. */
const REST_MS = 800;

interface Advised {
  version: number;
  findings: ShownFinding[];
  /** Every finding, those of other files too. */
  shown: ShownFindings;
}

export interface AdvisorHost {
  /** The document at a URI while it is open. */
  document(uri: string): OpenDocument | undefined;
  /** The files that fixes change. */
  files: EditedFiles;
  /** Whether the editor knows annotated edits. */
  knowsAnnotations(): boolean;
  /** What is asked of the analyzer; null where no findings are wanted. */
  request(document: OpenDocument): Promise<AnalyzeRequest | null>;
  publish(params: PublishDiagnosticsParams): void;
  /** Told when the findings of a document are new. */
  advised(uri: string): void;
}

export class Advisor {
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly advised = new Map<string, Advised>();
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly connection: Connection,
    private readonly analyzer: Analyzer,
    private readonly host: AdvisorHost,
  ) {}

  /** Asks for advice on a file whose analysis may have changed. */
  schedule(uri: string): void {
    clearTimeout(this.timers.get(uri));
    this.timers.set(
      uri,
      setTimeout(() => {
        this.timers.delete(uri);
        // One file at a time: lenses of other files must not wait long.
        this.queue = this.queue.then(() => this.advise(uri));
      }, REST_MS),
    );
  }

  /** Takes a closed file's findings away. */
  forget(uri: string): void {
    clearTimeout(this.timers.get(uri));
    this.timers.delete(uri);
    if (this.advised.delete(uri)) this.host.publish({ uri, diagnostics: [] });
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  private async advise(uri: string): Promise<void> {
    const document = this.host.document(uri);
    if (!document) return;
    const { version, path } = document;
    try {
      const request = await this.host.request(document);
      if (request === null) {
        this.forget(uri);
        return;
      }
      const analysis = await this.analyzer.advise(request);
      if (this.host.document(uri) !== document || document.version !== version) return;
      const findings = shownFindings(analysis, (file) => this.host.files.uriOf(file));
      const shown: ShownFindings = {
        version,
        findings: analysis.reports.flatMap((report) => report.findings),
        combined: analysis.reports.flatMap(({ entry, combinedFixes }) =>
          (combinedFixes ?? []).map((fix) => ({ ...fix, entry })),
        ),
      };
      this.advised.set(uri, { version, findings, shown });
      const diagnostics = [...findings.map(({ diagnostic }) => diagnostic), ...commentDiagnostics(analysis)];
      this.host.publish({ uri, version, diagnostics });
      this.host.advised(uri);
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.connection.console.error(`There is no advice for ${path}. Please report this:\n${reason}`);
    }
  }

  /** What the rules said last of a document, and of which version. */
  findingsOf(uri: string): ShownFindings | null {
    return this.advised.get(uri)?.shown ?? null;
  }

  /** Fixes for what is found in a range; none while the text is newer than the advice. */
  codeActions({ textDocument, range }: CodeActionParams): CodeAction[] {
    const known = this.advised.get(textDocument.uri);
    if (!known || this.host.document(textDocument.uri)?.version !== known.version) return [];
    return known.findings
      .filter(({ diagnostic }) => touches(diagnostic.range, range))
      .flatMap((shown) => codeActionsOf(shown, this.host.files, this.host.knowsAnnotations()));
  }
}

function touches(a: Range, b: Range): boolean {
  const before = (p: Range["start"], q: Range["start"]) =>
    p.line < q.line || (p.line === q.line && p.character < q.character);
  return !before(a.end, b.start) && !before(b.end, a.start);
}
