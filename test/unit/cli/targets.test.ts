// Targets on the command line: choosing one, the deployment of a report, the list, and what is said about wrong names and files.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Report } from "../../../src/core/report/report";

const root = join(__dirname, "..", "..", "..");
const KWS = ["report", "examples/mlperf-tiny/keyword_spotting.py", "--entry", "build_ds_cnn()"];
const temporary = mkdtempSync(join(tmpdir(), "model-budget-"));
afterAll(() => rmSync(temporary, { recursive: true }));

function cli(...args: string[]) {
  const run = spawnSync(process.execPath, [join(root, "dist", "cli.js"), ...args], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
  });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

function write(name: string, text: string): string {
  const path = join(temporary, name);
  writeFileSync(path, text);
  return path;
}

function reportOf(...args: string[]): Report {
  return JSON.parse(cli(...KWS, "--format", "json", ...args).out) as Report;
}

describe("the deployment of a report", () => {
  it("is for the teaching board unless another is chosen", () => {
    const { deployment } = reportOf();
    // Activations of the int8 keyword model of MLPerf Tiny, measured: 16,000 bytes.
    expect(deployment).toMatchObject({
      board: "arduino-nano-33-ble-sense",
      runtime: "tflm-cmsis-nn",
      dtype: "int8",
      ramBytes: { activations: 16_000 },
      limits: { ramBytes: 262_144, flashBytes: 983_040 },
      verdict: "fits",
      reasons: [],
    });
    expect(deployment?.operators).toHaveLength(13);
    expect(deployment?.peak?.alive.every(({ place }) => place !== null)).toBe(true);
  });

  it("holds the published latency", () => {
    // MLPerf Tiny v1.0: 75.06 ms on NUCLEO-L4R5ZI, X-CUBE-AI 7.3.0.
    const { deployment, unknowns } = reportOf("--board", "NUCLEO-L4R5ZI", "--runtime", "x-cube-ai@7.3.0");
    expect(deployment?.latencyMs?.low).toBeLessThan(75.06);
    expect(deployment?.latencyMs?.high).toBeGreaterThan(75.06);
    expect(deployment?.energyUj).not.toBeNull();
    // How X-CUBE-AI lays out memory is not known: no number, no verdict, and a reason.
    expect(deployment?.ramBytes.total).toBeNull();
    expect(deployment?.verdict).toBe("cannot-say");
    expect(unknowns.map(({ reason }) => reason).join()).toContain("lays out memory");
  });

  it("does not fit where it exceeds a limit, and says which", () => {
    const { deployment } = reportOf("--board", "bluepill");
    expect(deployment?.verdict).toBe("does-not-fit");
    expect(deployment?.reasons[0]).toContain("RAM");
  });

  it("that is known not to fit names what is unknown apart from that", () => {
    const path = write(
      "large.py",
      "from tensorflow import keras\nmodel = keras.Sequential([keras.Input((1000,)), keras.layers.Dense(4000)])\n",
    );
    // 4 MB of weights in 1 MB of flash; the memory of TinyMaix is not modelled.
    const { out } = cli("report", path, "--format", "json", "--runtime", "tinymaix");
    const { deployment, unknowns } = JSON.parse(out) as Report;
    expect(deployment?.verdict).toBe("does-not-fit");
    expect(deployment?.reasons[0]).toContain("flash");
    expect(unknowns.map(({ reason }) => reason).join()).toContain("lays out memory");
    expect(unknowns.map(({ reason }) => reason).join()).not.toContain("exceeds");
  });

  it("names the line whose operator the runtime lacks", () => {
    const { findings } = reportOf("--board", "pico", "--runtime", "tinymaix");
    expect(findings).toMatchObject([{ rule: "unsupported-operator", level: "error" }]);
    expect(findings[0]?.message).toContain("AVERAGE_POOL_2D");
    expect(findings[0]?.line).toBeGreaterThan(1);
  });

  it("is printed with the verdict first, and for every board when asked", () => {
    const { out, code } = cli(...KWS, "--which-boards");
    expect(code).toBe(0);
    expect(out).toMatch(/On the board Arduino Nano 33 BLE Sense · TFLM \+ CMSIS-NN · int8: fits/);
    expect(out).toMatch(/^nucleo-l4r5zi +tflm-cmsis-nn +fits /m);
    expect(out).toMatch(/^bluepill-f103c8 +tflm-cmsis-nn +does not fit /m);
    expect(reportOf("--which-boards").boards?.length).toBeGreaterThanOrEqual(40);
  });
});

describe("wrong targets", () => {
  it("an unknown board or runtime lists near names", () => {
    const board = cli(...KWS, "--board", "nucleo-l4r5");
    expect(board.code).toBe(2);
    expect(board.err).toMatch(/no board 'nucleo-l4r5'; near names: nucleo-l4r5zi, /);
    const runtime = cli(...KWS, "--runtime", "xcube");
    expect(runtime.code).toBe(2);
    expect(runtime.err).toContain("x-cube-ai");
  });

  it("a runtime that does not run on the board lists those that do", () => {
    const { code, err } = cli(...KWS, "--board", "esp32", "--runtime", "x-cube-ai");
    expect(code).toBe(2);
    expect(err).toMatch(/does not run on ESP32-DevKit .* tflm-esp-nn/);
  });

  it("a board file that breaks the schema is told by file and line", () => {
    const path = write("boards.json", '{ "boards": [\n  { "id": "mine",\n    "clockMhz": "fast" }\n] }\n');
    const { code, err } = cli(...KWS, "--boards", path);
    expect(code).toBe(2);
    expect(err).toContain(`${path}:3:5: "clockMhz" must be of type number`);
    expect(cli("targets", "--boards", join(temporary, "none.json")).err).toContain("no such file");
  });
});

describe("boards of the user", () => {
  const record = {
    id: "mine",
    name: "Mine",
    mcu: "STM32L4",
    core: "cortex-m4f",
    clockMhz: 80,
    ramBytes: { total: 65536, largestBank: 49152 },
    flashBytes: { total: 262144, usable: 262144 },
    reserve: { ramBytes: 40960 },
  };

  it("are judged with what the application reserves", () => {
    const path = write("mine.json", JSON.stringify(record));
    const { deployment } = reportOf("--boards", path, "--board", "mine");
    expect(deployment).toMatchObject({ limits: { ramBytes: 8192 }, verdict: "does-not-fit" });
    expect(deployment?.latencyMs?.basis).toContain("borrowed");
  });
});

describe("targets", () => {
  it("lists boards as text, JSON, CSV and Markdown", () => {
    expect(cli("targets").out).toMatch(
      /^arduino-nano-33-ble-sense +Arduino Nano 33 BLE Sense +cortex-m4f +64 +256 KiB/m,
    );
    const boards = JSON.parse(cli("targets", "--format", "json").out) as { id: string; runtimes: string[] }[];
    expect(boards.find(({ id }) => id === "esp32-s3-devkitc-1")?.runtimes).toContain("tflm-esp-nn");
    const csv = cli("targets", "--format", "csv").out.trim().split("\n");
    expect(csv).toHaveLength(boards.length + 1);
    expect(csv[0]).toMatch(/^board,name,mcu,core,clock_mhz,/);
    expect(cli("targets", "--format", "markdown").out.split("\n")[1]).toMatch(/^\| --- \|/);
  });
});
