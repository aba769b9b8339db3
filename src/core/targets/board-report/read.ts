// Reads a report from a board, whatever tool wrote it: the first format that knows the text counts.
import type { BoardReport, ReportFile } from "./board-report";
import { readMlperf } from "./mlperf";
import { readMltk } from "./mltk";
import { readSt } from "./st";
import { readStJson } from "./st-json";
import { readTflm } from "./tflm";
import { readVela } from "./vela";

const READERS: readonly ((file: ReportFile) => BoardReport | null)[] = [
  readVela,
  readMltk,
  readStJson,
  readSt,
  readMlperf,
  readTflm,
];

/** What is read, for people. */
export const REPORT_FORMATS =
  "a TFLM benchmark log, an ST Edge AI / X-CUBE-AI validation report (text or JSON), a Vela CSV file, an MLTK profile, an MLPerf Tiny log";

/** Why a text gives no report; with `needsClock` it would, once the clock of its ticks is told. */
export interface ReportProblem {
  problem: string;
  needsClock?: true;
}

/** A text that is longer is no report. */
const MAX_LENGTH = 20_000_000;

/** The report; or, in one sentence, why there is none. */
export function readBoardReport(file: ReportFile): { report: BoardReport } | ReportProblem {
  if (file.text.length > MAX_LENGTH) return { problem: `${file.name} is too long for a report of a board` };
  for (const read of READERS) {
    const report = read(file);
    if (!report) continue;
    if (report.latencyMs !== null) return { report };
    const why = report.noTime === null ? "" : `: ${report.noTime}`;
    const problem = `${file.name} is of the kind "${report.format}" and holds no time of an inference${why}`;
    return report.noTime === null ? { problem } : { problem, needsClock: true };
  }
  return { problem: `${file.name} is none of the reports that are read: ${REPORT_FORMATS}` };
}
