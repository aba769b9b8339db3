// Lines of a notebook's joined code become lines of its file, everywhere in an analysis.
import type { Deployment } from "../report/deployment";
import type { FileAnalysis, SourcePlace } from "../report/report";

/** Places of a deployment, each once. */
function deploymentPlaces({ operators, peak, timeline }: Deployment): SourcePlace[] {
  const over = timeline ? [...timeline.steps, ...timeline.buffers] : [];
  const places = [...operators, ...(peak ? [peak, ...peak.alive] : []), ...over].flatMap(({ place }) =>
    place ? [place] : [],
  );
  return [...new Set(places)];
}

/** Turns lines of a notebook's joined text into lines of its file, everywhere in the analysis. */
export function mapLines(analysis: FileAnalysis, fileLine: (line: number) => number): void {
  const map = (place: { line: number | null }): void => {
    if (place.line !== null) place.line = fileLine(place.line);
  };
  const mapPlace = (place: SourcePlace | null): void => {
    if (!place || place.file !== analysis.file) return;
    place.line = fileLine(place.line);
    place.endLine = fileLine(place.endLine);
  };
  analysis.syntaxProblems.forEach(map);
  analysis.commentProblems.forEach(map);
  for (const report of analysis.reports) {
    mapPlace(report.place);
    for (const deployment of [report.deployment, ...(report.boards ?? [])]) {
      if (deployment) deploymentPlaces(deployment).forEach(mapPlace);
    }
    for (const unknown of report.unknowns) if (unknown.file === analysis.file) map(unknown);
    for (const finding of report.findings) {
      if (finding.file !== analysis.file) continue;
      map(finding);
      if (finding.endLine !== null) finding.endLine = fileLine(finding.endLine);
    }
    for (const layer of report.layers) {
      map(layer);
      layer.stack.forEach(mapPlace);
    }
  }
}
