// A headless Chromium for the tests: $CHROME_PATH, else an installed Chrome, Chromium or Edge, else the one in an npm package.
// What is installed may still not start (a stub, a missing library), so the candidates are tried in turn.
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { here } from "./install.mjs";

const REMEDY = "install Chrome or Chromium, or set CHROME_PATH to its executable";

const FLAGS = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--font-render-hinting=none",
];

/**
 * Starts a browser and returns `{ browser, name }`, `browser` being Playwright's; `gpuFlags` choose its graphics, which it has none of
 * without. Needs the packages of this folder.
 * Throws an Error whose message is one line with the remedy.
 */
export async function launchBrowser(gpuFlags = ["--disable-gpu"]) {
  const { chromium } = await import("playwright-core");
  const failures = [];
  for await (const { name, executablePath, env } of candidates()) {
    try {
      const browser = await chromium.launch({
        executablePath,
        args: [...FLAGS, ...gpuFlags],
        env: { ...process.env, ...env },
      });
      return { browser, name: `${name} ${browser.version()}` };
    } catch (error) {
      failures.push(`${name}: ${String(error?.message ?? error).split("\n")[0]}`);
    }
  }
  throw new Error(`No browser starts; ${REMEDY}.${failures.length > 0 ? ` Tried ${failures.join("; ")}` : ""}`);
}

async function* candidates() {
  const chosen = process.env.CHROME_PATH;
  if (chosen) {
    yield { name: "CHROME_PATH", executablePath: chosen };
    return;
  }
  for (const executablePath of installed()) yield { name: executablePath, executablePath };
  if (process.platform === "linux" && process.arch === "x64") yield await fromNpm();
}

function installed() {
  const { env, platform } = process;
  if (platform === "darwin") {
    const apps = ["Google Chrome", "Chromium", "Microsoft Edge"];
    return apps.map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`).filter(existsSync);
  }
  if (platform === "win32") {
    const roots = [env.PROGRAMFILES, env["PROGRAMFILES(X86)"], env.LOCALAPPDATA].filter(Boolean);
    const files = [
      "Google/Chrome/Application/chrome.exe",
      "Chromium/Application/chrome.exe",
      "Microsoft/Edge/Application/msedge.exe",
    ];
    return roots.flatMap((root) => files.map((file) => join(root, file))).filter(existsSync);
  }
  const names = ["google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "microsoft-edge"];
  const folders = (env.PATH ?? "").split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name)).find(existsSync) ?? []);
}

/** Unpacks the browser of @sparticuz/chromium with the libraries and fonts a bare system lacks. Done once. */
async function fromNpm() {
  const packed = join(here, "node_modules/@sparticuz/chromium/bin");
  const folder = join(here, "node_modules/.npm-chromium");
  const executablePath = join(folder, "chromium");
  if (!existsSync(executablePath)) {
    mkdirSync(folder, { recursive: true });
    const { x: extract } = await import("tar");
    for (const archive of ["al2023", "fonts"]) {
      await pipeline(
        createReadStream(join(packed, `${archive}.tar.br`)),
        createBrotliDecompress(),
        extract({ cwd: folder }),
      );
    }
    const fonts = '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n';
    writeFileSync(
      join(folder, "fonts.conf"),
      `${fonts}<fontconfig><dir>${folder}</dir><cachedir>${join(folder, "font-cache")}</cachedir></fontconfig>\n`,
    );
    // Under its final name only when complete: an interrupted run starts over.
    const partial = `${executablePath}.${process.pid}`;
    try {
      const target = createWriteStream(partial, { mode: 0o755 });
      await pipeline(createReadStream(join(packed, "chromium.br")), createBrotliDecompress(), target);
      renameSync(partial, executablePath);
    } finally {
      rmSync(partial, { force: true });
    }
  }
  const libraries = [process.env.LD_LIBRARY_PATH, join(folder, "lib")].filter(Boolean).join(delimiter);
  const env = { LD_LIBRARY_PATH: libraries };
  if (!existsSync("/etc/fonts/fonts.conf")) env.FONTCONFIG_FILE = join(folder, "fonts.conf");
  return { name: "the npm package @sparticuz/chromium,", executablePath, env };
}
