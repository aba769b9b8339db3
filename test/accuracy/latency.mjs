// How well latency is predicted: families and boards left out of the fit, predicted through the shipped model.
//   node test/accuracy/latency.mjs [--calibrate] [--write]
// --calibrate makes src/core/targets/latency-calibration.json from test/accuracy/latency/*.csv; --write puts the tables into
// docs/accuracy.md.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { importSources, root, writeSection } from "./project.mjs";

const flags = process.argv.slice(2);
const { calibrate, latencyTables, readMeasurements, refitTables } = await importSources(
  "test/accuracy/latency/calibrate.ts",
  "test/accuracy/latency/measurements.ts",
  "test/accuracy/latency/refit-tables.ts",
  "test/accuracy/latency/tables.ts",
);
const rows = readMeasurements(join(root, "test/accuracy/latency"));
const calibration = calibrate(rows);
if (flags.includes("--calibrate")) {
  const file = join(root, "src/core/targets/latency-calibration.json");
  writeFileSync(file, JSON.stringify(calibration));
  execFileSync(join(root, "node_modules/.bin/biome"), ["format", "--write", file]);
}
const tables = latencyTables(rows, calibration);
const refits = refitTables(rows, calibration);
if (flags.includes("--write")) {
  writeSection("latency", tables);
  writeSection("refit", refits);
} else console.log(tables, refits);
