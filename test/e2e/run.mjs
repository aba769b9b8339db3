// Runs the tests that look at the screen: the real workbench of the npm-hosted VS Code in a headless browser.
//   node test/e2e/run.mjs [--no-build] [--picture]
// The picture for the README goes to dist/test/, with --picture to media/: it differs a little with the fonts of each machine.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { launchBrowser } from "../vscode-host/browser.mjs";
import { ensureInstalled } from "../vscode-host/install.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const node = (...args) => spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status === 0;

if (process.argv.includes("--picture")) process.env.MODEL_BUDGET_PICTURE = join(root, "media", "codelens.png");

try {
  await ensureInstalled();
  // Said once and in one line here, instead of by every test.
  await (await launchBrowser()).browser.close();
  const isBuilt = process.argv.includes("--no-build") || node(join(root, "esbuild.mjs"));
  if (!isBuilt || !node("--test", "--test-reporter=spec", join(here, "screen.e2e.mjs"))) process.exitCode = 1;
} catch (error) {
  console.error(`No screen to test on. ${error.message}`);
  process.exitCode = 1;
}
