// Reports from boards: what one says of a model of an open file, and the edits of the budget file that keep or forget it.
import { removeMeasured, setMeasured } from "../core/config/edit-budget";
import type { OpenDocument } from "./document";
import type { CalibrateAnswer, CalibrateParams, FileEdit } from "./protocol";
import { budgetFileFor, fileEdit, type RequestHost } from "./request-host";

/** The model at `index` of the shown analysis with a report; null when it is gone. */
export async function calibrateModel(
  document: OpenDocument,
  { index: shownAt, named, report, board }: CalibrateParams,
  host: RequestHost,
): Promise<CalibrateAnswer | null> {
  const request = await host.request(document);
  const index = placeOf(document, shownAt, named);
  if ("silence" in request || index === null) return null;
  const { path, kind, folder, budget, text, isNew } = budgetFileFor(document, host);
  const answer = await host.analyzer.calibrate({
    ...request,
    target: "budget",
    index,
    report,
    storedAs: document.path.slice(folder.length + 1),
    date: new Date().toISOString().slice(0, 10),
    ...(board !== undefined && { board }),
  });
  if ("problem" in answer) return { ...answer, edit: null };
  const changed = setMeasured(text, kind, budget?.calibration ?? [], answer.proposal.measured);
  return { ...answer, edit: fileEdit(host.uriOf(path), text, changed, isNew) };
}

/** Where a model is now: at its place while it has its name there, else wherever its name is. */
function placeOf({ analysis }: OpenDocument, index: number, named: string | undefined): number | null {
  const reports = analysis?.reports ?? [];
  const own = reports[index];
  if (own && (named === undefined || own.entry === named)) return index;
  const at = reports.findIndex(({ entry }) => entry === named);
  return at < 0 ? null : at;
}

/** The edit that forgets what was measured of a model, on any board. */
export function forgetCalibration(document: OpenDocument, index: number, host: RequestHost): FileEdit | null {
  const entry = document.analysis?.reports[index]?.entry;
  const { path, kind, folder, budget, text } = budgetFileFor(document, host);
  const file = document.path.slice(folder.length + 1);
  const known = budget?.calibration ?? [];
  const changed = removeMeasured(text, kind, known, (one) => one.file === file && one.entry === entry);
  return known.length === 0 ? null : fileEdit(host.uriOf(path), text, changed);
}
