// Hints as the protocol has them. Their tooltip is made when somebody points at one.
import { type InlayHint, type MarkupContent, MarkupKind, type Range } from "vscode-languageserver";
import type { OpenDocument } from "./document";
import { showsHint } from "./hints";
import { escapeMarkdown, hoverOf } from "./hover";
import type { HintSetting } from "./settings";

interface HintData {
  uri: string;
  id: string;
}

/** The hints of the lines of a range. */
export function inlayHintsOf({ uri, lineHints }: OpenDocument, range: Range, setting: HintSetting): InlayHint[] {
  return lineHints
    .filter(
      ({ hint, position: { line } }) => showsHint(hint, setting) && line >= range.start.line && line <= range.end.line,
    )
    .map(({ hint: { id, label }, position }) => ({
      position,
      label,
      paddingLeft: true,
      data: { uri, id } satisfies HintData,
    }));
}

/** What stands behind a hint; undefined when the analysis it was made from is gone. */
export function tooltipOf({ analysis, lineHints }: OpenDocument, { data }: InlayHint): MarkupContent | undefined {
  const { id } = (data ?? {}) as Partial<HintData>;
  const known = lineHints.find(({ hint }) => hint.id === id);
  if (!analysis || !known) return undefined;
  const details = hoverOf(analysis, [known.hint.id]);
  return {
    kind: MarkupKind.Markdown,
    value: [escapeMarkdown(known.hint.meaning), details].filter(Boolean).join("\n\n"),
  };
}
