// Runs the tests that look at the screen: the real workbench of the npm-hosted VS Code in a headless browser.
//   node test/e2e/run.mjs [--no-build] [--picture] [NAME…]
// NAME chooses files: `screen` for screen.e2e.mjs. Pictures for the README go to dist/test/, with --picture to media/: they
// differ a little with the fonts of each machine.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launchBrowser } from "../vscode-host/browser.mjs";
import { ensureInstalled } from "../vscode-host/install.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const node = (...args) => spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status === 0;

if (process.argv.includes("--picture")) process.env.MODEL_BUDGET_PICTURES = join(root, "media");

const names = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const files = readdirSync(here)
  .filter(
    (file) => file.endsWith(".e2e.mjs") && (names.length === 0 || names.includes(file.slice(0, -".e2e.mjs".length))),
  )
  .map((file) => join(here, file));

try {
  if (files.length === 0) throw new Error(`No test is called ${names.join(" or ")}.`);
  await ensureInstalled();
  // Said once and in one line here, instead of by every test.
  await (await launchBrowser()).browser.close();
  const isBuilt = process.argv.includes("--no-build") || node(join(root, "esbuild.mjs"));
  if (!isBuilt || !node("--test", "--test-concurrency=1", "--test-reporter=spec", ...files)) process.exitCode = 1;
} catch (error) {
  console.error(`No screen to test on. ${error.message}`);
  process.exitCode = 1;
}
