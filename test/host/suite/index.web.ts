// Entry of the suite inside the web worker host: the tests that say something about that host. There is no Node here; the build
// (launch.mjs) gives it mocha for browsers and assertions of ours.
import "mocha";
import type MochaClass from "mocha";

// The browser's build of mocha exports nothing a bundle can take; it leaves its class here.
const { Mocha } = globalThis as unknown as { Mocha: typeof MochaClass };

/** Put here by the build: only tests whose titles have these words run; all when empty. */
declare const MODEL_BUDGET_GREP: string;

const TEST_TIMEOUT_MS = 120_000;

/** Called by VS Code. */
async function run(): Promise<void> {
  const mocha = new Mocha({ ui: "bdd", timeout: TEST_TIMEOUT_MS, forbidPending: true, forbidOnly: true });
  mocha.suite.emit("pre-require", globalThis, "", mocha);
  await import("./web.test");
  await import("./activation.test");
  await import("./examples.test");
  await import("./imports.test");
  await import("./notebook.test");
  await import("./typing.test");
  await import("./surfaces.test");
  await import("./sidebar.test");
  const failures = await new Promise<number>((done) => {
    // mocha.run and the reporters of the browser's build want a page to report to.
    const runner = new Mocha.Runner(mocha.suite);
    runner.grep(new RegExp(MODEL_BUDGET_GREP.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")), false);
    runner.on("pass", (test) => console.log(`  ✔ ${test.fullTitle()} (${test.duration} ms)`));
    runner.on("fail", (test, error: Error) =>
      console.error(`  ✘ ${test.fullTitle()}: ${error.stack ?? error.message}`),
    );
    runner.run(done);
  });
  if (failures > 0) throw new Error(`${failures} of the tests in the web host failed`);
}

// mocha's header overwrites what this file exports.
module.exports = { run };
