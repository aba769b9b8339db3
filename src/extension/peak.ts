// Marks the line where RAM is fullest: an icon beside its number, a stripe in the overview ruler, a line at its left edge. The
// editor moves the marks with the text; they are set anew when the analysis of that very text is there.
import * as vscode from "vscode";
import type { Analyses } from "./analyses";
import { fileOf } from "./documents";
import { onSettingsChanged, settingsOf } from "./settings";

export class PeakMarks implements vscode.Disposable {
  private readonly decoration: vscode.TextEditorDecorationType;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly analyses: Analyses,
    extensionUri: vscode.Uri,
  ) {
    const icon = (theme: string) => vscode.Uri.joinPath(extensionUri, "media", `peak-${theme}.svg`);
    this.decoration = vscode.window.createTextEditorDecorationType({
      isWholeLine: true,
      backgroundColor: new vscode.ThemeColor("modelBudget.peakBackground"),
      overviewRulerColor: new vscode.ThemeColor("modelBudget.peakForeground"),
      overviewRulerLane: vscode.OverviewRulerLane.Right,
      rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
      light: { gutterIconPath: icon("light"), gutterIconSize: "contain" },
      dark: { gutterIconPath: icon("dark"), gutterIconSize: "contain" },
    });
    this.subscriptions = [
      this.decoration,
      analyses.onDidChange((uri) => this.mark(uri)),
      vscode.window.onDidChangeVisibleTextEditors(() => this.markAll()),
      onSettingsChanged(() => this.markAll()),
    ];
    this.markAll();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private markAll(): void {
    for (const { document } of vscode.window.visibleTextEditors) this.mark(document.uri);
  }

  private mark(uri: vscode.Uri): void {
    const editors = vscode.window.visibleTextEditors.filter(
      ({ document }) =>
        document.uri.toString() === uri.toString() || fileOf(document.uri).toString() === uri.toString(),
    );
    const shown = this.analyses.of(uri);
    for (const editor of editors) {
      if (!shown || !settingsOf(uri).peakMarker) {
        editor.setDecorations(this.decoration, []);
        continue;
      }
      // Lines of an older text are wrong ones; the next analysis is on its way, or waits for the text to parse.
      const cell = shown.cells?.find((one) => one.uri === editor.document.uri.toString());
      if ((shown.cells ? cell?.version : shown.version) !== editor.document.version) continue;
      const before = cell?.line ?? 0;
      const { file, reports } = shown.analysis;
      const lines = new Set(
        reports.flatMap(({ deployment }) => {
          const place = deployment?.peak?.place;
          const line = place?.file === file ? place.line - 1 - before : -1;
          return line >= 0 && line < editor.document.lineCount ? [line] : [];
        }),
      );
      editor.setDecorations(
        this.decoration,
        [...lines].map((line) => editor.document.lineAt(line).range),
      );
    }
  }
}
