// Entry of the suite inside the extension host: collects the test files into mocha and rejects when one fails.
/// <reference types="mocha" />
import { writeFileSync } from "node:fs";

/** Put here by the build: only tests whose titles have these words run; all when empty. */
declare const MODEL_BUDGET_GREP: string;

const TEST_TIMEOUT_MS = 120_000;

/** Called by VS Code. */
export async function run(): Promise<void> {
  const marker = process.env["MODEL_BUDGET_SUITE_STARTED"];
  if (marker !== undefined) writeFileSync(marker, "");
  const { default: Mocha } = await import("mocha");
  const mocha = new Mocha({
    ui: "bdd",
    reporter: "spec",
    timeout: TEST_TIMEOUT_MS,
    color: false,
    forbidPending: true,
    forbidOnly: true,
    ...(MODEL_BUDGET_GREP !== "" && { fgrep: MODEL_BUDGET_GREP }),
  });
  // The files are bundled into this one, so mocha does not load them itself: this gives them describe and it.
  mocha.suite.emit("pre-require", globalThis, "", mocha);
  await import("./activation.test");
  await import("./examples.test");
  await import("./typing.test");
  await import("./imports.test");
  await import("./settings.test");
  await import("./surfaces.test");
  await import("./hover.test");
  await import("./pages.test");
  await import("./sidebar.test");
  await import("./notebook.test");
  await import("./fit.test");
  await import("./git.test");
  const failures = await new Promise<number>((done) => {
    mocha.run(done);
  });
  if (failures > 0) throw new Error(`${failures} of the tests in VS Code failed`);
}
