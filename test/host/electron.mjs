// Downloads VS Code if needed and runs the suite in it: node electron.mjs EXTENSION SUITE FOLDER. Started by launch.mjs,
// under a virtual display where there is no real one.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTests } from "@vscode/test-electron";

const [extensionDevelopmentPath, extensionTestsPath, folder] = process.argv.slice(2);
// Short, because a socket's path lies in it and may have 103 characters at most.
const userData = mkdtempSync(join(tmpdir(), "mb-"));
try {
  process.exitCode = await runTests({
    extensionDevelopmentPath,
    extensionTestsPath,
    extensionTestsEnv: { MODEL_BUDGET_SUITE_STARTED: process.env.MODEL_BUDGET_SUITE_STARTED },
    launchArgs: [
      folder,
      `--user-data-dir=${userData}`,
      "--disable-extensions",
      "--disable-workspace-trust",
      "--disable-gpu",
      "--skip-welcome",
      "--skip-release-notes",
      // The sandbox of a freshly unpacked VS Code needs rights that containers and recent Ubuntus do not give.
      ...(process.platform === "linux" ? ["--no-sandbox"] : []),
    ],
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(userData, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
