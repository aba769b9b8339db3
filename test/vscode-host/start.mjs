// npm start: builds, then opens examples/ in VS Code with the extension loaded. Takes the VS Code on this machine if there
// is one, else one from npm on a local port, until Ctrl-C. MODEL_BUDGET_START=code|npm chooses.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { ensureInstalled, here } from "./install.mjs";
import { startServer } from "./server.mjs";

const root = dirname(dirname(here));
const examples = join(root, "examples");
const isWindows = process.platform === "win32";
const say = (line) => console.log(line);

/** Runs a program; a .cmd of Windows needs a shell, and then quotes around paths. */
function run(command, args) {
  const quoted = isWindows ? args.map((arg) => `"${arg}"`) : args;
  return spawnSync(command, quoted, { cwd: root, stdio: ["ignore", "inherit", "inherit"], shell: isWindows });
}

function openLocal() {
  const found = spawnSync("code", ["--version"], { encoding: "utf8", shell: isWindows });
  if (found.status !== 0) return false;
  say(`Opening examples/ in VS Code ${found.stdout.split("\n")[0]} with the extension loaded.`);
  return run("code", ["--new-window", `--extensionDevelopmentPath=${root}`, examples]).status === 0;
}

async function openFromNpm() {
  await ensureInstalled(say);
  const server = await startServer({ install: root });
  const open = join(examples, "mlperf-tiny", "keyword_spotting.py");
  say(`\nVS Code with Model Budget on examples/:\n\n  ${server.address({ folder: examples, open })}\n`);
  say("Open the address in a browser on this machine. Ctrl-C ends it.");
  // Ctrl-C is how this is meant to end.
  process.exitCode = 0;
}

try {
  if (spawnSync(process.execPath, [join(root, "esbuild.mjs")], { cwd: root, stdio: "inherit" }).status !== 0) {
    throw new Error("The build failed; see above.");
  }
  const wish = process.env.MODEL_BUDGET_START;
  if (wish === "npm") {
    await openFromNpm();
  } else if (!openLocal()) {
    if (wish === "code")
      throw new Error("No VS Code is on the PATH: run its command 'Shell Command: Install code command in PATH'.");
    say("No VS Code is used from this machine (no `code` on the PATH); taking the one from npm.");
    await openFromNpm();
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
