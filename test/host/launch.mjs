// Runs the suite in test/host/suite inside a real VS Code and ends with its result. Two ways to get one:
//   electron  @vscode/test-electron downloads VS Code and starts it (the standard; needs the internet, and a display on Linux)
//   server    the VS Code server from npm with a headless browser (test/vscode-host)
// The first that can work is taken and named; MODEL_BUDGET_HOST=electron|server chooses. None is a failure, never a skip.
// Then a part of the suite runs in the web worker host, where the extension has no Node; for that it is always the server.
//   node test/host/launch.mjs [--no-build | --build-only] [--node | --web] [--grep=WORDS of the titles of the tests to run]
import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { format } from "node:util";
import { build } from "esbuild";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const suite = join(root, "dist", "test", "suite.js");
const webSuite = join(root, "dist", "test", "suite.web.js");
const PROBE_MS = 4000;
const SUITE_TIMEOUT_MS = 5 * 60_000;

/** Raised by a way that cannot be gone here, as against tests that fail. */
class Unavailable extends Error {}

/** @param {string} folder a copy of the examples the tests may write to */
async function runInElectron(folder, { forced }) {
  const isHeadlessLinux = process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
  const xvfb = isHeadlessLinux ? onPath("xvfb-run") : undefined;
  if (isHeadlessLinux && xvfb === undefined) throw new Unavailable("there is no display and no xvfb-run");
  const hasDownload =
    existsSync(join(root, ".vscode-test")) &&
    readdirSync(join(root, ".vscode-test")).some((name) => name.startsWith("vscode-"));
  if (!forced && !hasDownload) {
    const problem = await probeDownload();
    if (problem !== undefined) throw new Unavailable(problem);
  }
  console.log("VS Code host: electron (downloaded by @vscode/test-electron)");
  const marker = join(dirname(folder), "suite-started");
  const script = [process.execPath, join(root, "test", "host", "electron.mjs"), root, suite, folder];
  const [command, ...args] = xvfb === undefined ? script : [xvfb, "-a", ...script];
  const child = spawn(command, args, {
    stdio: "inherit",
    cwd: root,
    env: { ...process.env, MODEL_BUDGET_SUITE_STARTED: marker },
  });
  const code = await new Promise((done) => {
    child.on("exit", done);
    child.on("error", () => done(1));
  });
  if (code !== 0 && !existsSync(marker))
    throw new Unavailable("VS Code could not be downloaded or did not start, see above");
  return code === 0;
}

/** What keeps VS Code from being downloaded, or undefined. */
async function probeDownload() {
  // Node's fetch knows no proxies, the downloader does: behind one, let it try.
  if (process.env.HTTPS_PROXY || process.env.https_proxy) return undefined;
  try {
    const answer = await fetch("https://update.code.visualstudio.com/api/releases/stable", {
      signal: AbortSignal.timeout(PROBE_MS),
    });
    return answer.ok ? undefined : `the download host answers ${answer.status}`;
  } catch (error) {
    return `the download host cannot be reached (${error?.cause?.code ?? error?.name ?? error})`;
  }
}

function onPath(name) {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(existsSync);
}

/** What the server and the browser say about themselves, not about the tests. */
const NOISE =
  /authentication provider|@vscode\/fs-copyfile|bindings file|native-watchdog|build\/Release\/watchdog|open-vsx|api\.github|serviceWorker|AccountPolicyGate|AgentHost|reconnection-grace|Creating a socket|connection token|builtin extensions cache/;

/** Runs the web suite in the web worker host, which is where a browser runs an extension. */
function runInWebHost(folder) {
  return runOnServer(folder, {
    tests: webSuite,
    settings: { "remote.extensionKind": { "model-budget.model-budget": ["web"] } },
  });
}

async function runOnServer(folder, { tests = suite, settings } = {}) {
  const { ensureInstalled } = await import("../vscode-host/install.mjs");
  const { startServer } = await import("../vscode-host/server.mjs");
  const { launchBrowser } = await import("../vscode-host/browser.mjs");
  try {
    await ensureInstalled();
  } catch (error) {
    throw new Unavailable(error.message);
  }
  const { browser, name } = await launchBrowser().catch((error) => {
    throw new Unavailable(error.message);
  });
  console.log(`VS Code host: server (npm-hosted VS Code, browser ${name})${tests === webSuite ? ", web worker" : ""}`);
  const server = await startServer({ settings });
  let timer;
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    let finish;
    const finished = new Promise((done) => {
      finish = done;
    });
    // The workbench calls these: when the suite ends, and with what the extension host prints.
    await page.exposeFunction("codeAutomationExit", finish);
    await page.exposeFunction("codeAutomationLog", (_type, args) => {
      const line = format(...args);
      if (!NOISE.test(line)) console.log(line);
    });
    await page.goto(server.address({ folder, extension: root, tests }));
    const timeout = new Promise((done) => {
      timer = setTimeout(() => done("time-out"), SUITE_TIMEOUT_MS);
    });
    const code = await Promise.race([finished, timeout]);
    if (code === "time-out") console.error(`The suite did not end within ${SUITE_TIMEOUT_MS / 60_000} minutes.`);
    return code === 0;
  } finally {
    clearTimeout(timer);
    await browser.close();
    server.stop();
  }
}

async function main() {
  const isBuilt = process.argv.includes("--no-build");
  if (
    !isBuilt &&
    spawnSync(process.execPath, [join(root, "esbuild.mjs")], { cwd: root, stdio: "inherit" }).status !== 0
  )
    return false;
  const grep = process.argv.find((argument) => argument.startsWith("--grep="));
  const common = {
    absWorkingDir: root,
    bundle: true,
    format: "cjs",
    sourcemap: "inline",
    logLevel: "warning",
    define: { MODEL_BUDGET_GREP: JSON.stringify(grep?.slice("--grep=".length) ?? "") },
  };
  await build({
    ...common,
    entryPoints: ["test/host/suite/index.ts"],
    outfile: suite,
    platform: "node",
    target: "node20",
    external: ["vscode", "mocha"],
  });
  await build({
    ...common,
    entryPoints: ["test/host/suite/index.web.ts"],
    outfile: webSuite,
    platform: "browser",
    target: "es2022",
    external: ["vscode"],
    alias: { mocha: join(root, "node_modules/mocha/mocha.js"), "node:assert/strict": "./test/host/suite/assert.ts" },
  });
  if (process.argv.includes("--build-only")) return true;
  const only = ["node", "web"].find((kind) => process.argv.includes(`--${kind}`));
  if (only !== "web" && !(await runInNodeHost())) return false;
  return only === "node" || (await inScratch(runInWebHost));
}

async function runInNodeHost() {
  const wish = process.env.MODEL_BUDGET_HOST;
  if (wish !== undefined && wish !== "electron" && wish !== "server") {
    throw new Unavailable(`MODEL_BUDGET_HOST is "${wish}"; it can be electron or server`);
  }
  const ways = { electron: runInElectron, server: runOnServer };
  const failures = [];
  for (const way of wish === undefined ? ["electron", "server"] : [wish]) {
    try {
      const options = { forced: wish !== undefined, settings: { "git.enabled": true } };
      return await inScratch((folder) => ways[way](folder, options));
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      failures.push(`${way}: ${error.message}`);
      if (wish === undefined && way === "electron") console.log(`VS Code host: not electron, because ${error.message}`);
    }
  }
  throw new Unavailable(
    `No VS Code to run the tests in. ${failures.join("; ")}. Give access to the internet (and xvfb on Linux), or to the npm registry and a Chrome.`,
  );
}

/** Gives `work` a copy of the examples that it may write to. */
async function inScratch(work) {
  const scratch = mkdtempSync(join(tmpdir(), "model-budget-"));
  const folder = join(scratch, "examples");
  try {
    cpSync(join(root, "examples"), folder, { recursive: true });
    return await work(folder);
  } finally {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Unavailable ? error.message : error);
  process.exitCode = 1;
}
