// Starts the VS Code server of the npm package code-server on a free local port and stops it again.
// Which folder, extension and tests a window gets is said in its address.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { here, serverNode } from "./install.mjs";

const START_TIMEOUT_MS = 60_000;

/** No chat, no welcome page, no updates, no telemetry: a quiet window that behaves as on the desktop. */
const QUIET = {
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  // The web's default saves after a second, which a desktop VS Code does not.
  "files.autoSave": "off",
  "git.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
};

/**
 * Starts a server with its own data folder, in which the extension of the folder `install` is installed (as a link). Returns
 * `address({ folder, extension?, tests?, open? })`, the URL of a window, and `stop()`, which ends every process it started.
 * `extension` is loaded for development, which `tests` need; such a window does not follow the theme settings.
 */
export async function startServer({ settings = {}, install } = {}) {
  const port = await freePort();
  const token = randomBytes(16).toString("hex");
  const data = mkdtempSync(join(tmpdir(), "vscode-host-"));
  for (const scope of ["Machine", "User"]) {
    mkdirSync(join(data, scope), { recursive: true });
    writeFileSync(join(data, scope, "settings.json"), JSON.stringify({ ...QUIET, ...settings }));
  }
  const extensions = join(data, "extensions");
  mkdirSync(extensions);
  if (install !== undefined) symlinkSync(install, join(extensions, "under-test"), "junction");
  const args = [
    "out/server-main.js",
    "--accept-server-license-terms",
    "--host=127.0.0.1",
    `--port=${port}`,
    `--connection-token=${token}`,
    `--user-data-dir=${data}`,
    `--extensions-dir=${extensions}`,
    "--disable-workspace-trust",
    "--disable-telemetry",
    // A built workbench listens to the payload of its address (extension, tests) only with this.
    "--enable-smoke-test-driver",
  ];
  const child = spawn(serverNode(), args, {
    cwd: join(here, "node_modules/code-server/lib/vscode"),
    // A group of its own: the server starts extension hosts, and all of them must end with it.
    detached: process.platform !== "win32",
    stdio: ["ignore", "pipe", "pipe"],
  });

  let isStopped = false;
  const stop = () => {
    if (isStopped) return;
    isStopped = true;
    try {
      if (process.platform === "win32") spawn("taskkill", ["/pid", String(child.pid), "/t", "/f"], { stdio: "ignore" });
      else process.kill(-child.pid, "SIGKILL");
    } catch {
      // Already gone.
    }
    rmSync(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  process.once("exit", stop);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.once(signal, () => {
      stop();
      process.exit(process.exitCode ?? 130);
    });
  }

  let output = "";
  await new Promise((done, fail) => {
    const refuse = (what) => {
      stop();
      fail(
        new Error(
          `The VS Code server ${what}. Its last words: ${output.trim().split("\n").slice(-3).join(" / ") || "none"}`,
        ),
      );
    };
    const timer = setTimeout(() => refuse(`did not start within ${START_TIMEOUT_MS / 1000} s`), START_TIMEOUT_MS);
    const listen = (chunk) => {
      output = (output + chunk).slice(-5000);
      if (!/Extension host agent (listening|started)/.test(output)) return;
      clearTimeout(timer);
      done();
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.on("error", (error) => refuse(`could not be started (${error.message})`));
    child.on("exit", (code) => {
      clearTimeout(timer);
      if (!isStopped) refuse(`ended with ${code}`);
    });
  });

  const remote = (path) => `vscode-remote://127.0.0.1:${port}${pathToFileURL(path).pathname}`;
  const address = ({ folder, extension, tests, open }) => {
    const payload = [["skipWelcome", "true"]];
    if (extension !== undefined) payload.push(["extensionDevelopmentPath", remote(extension)]);
    if (tests !== undefined) payload.push(["extensionTestsPath", remote(tests)]);
    if (open !== undefined) payload.push(["openFile", remote(open)]);
    const query = new URLSearchParams({
      tkn: token,
      folder: pathToFileURL(folder).pathname,
      payload: JSON.stringify(payload),
    });
    return `http://127.0.0.1:${port}/?${query}`;
  };
  return { address, stop };
}

function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.on("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}
