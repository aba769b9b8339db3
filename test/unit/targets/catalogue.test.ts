import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import boardFile from "../../../src/core/targets/boards.json";
import boardSchema from "../../../src/core/targets/boards.schema.json";
import { BOARD_FILE, readBoard, readBoardFile } from "../../../src/core/targets/board-file";
import {
  BUILT_IN_BOARDS,
  createCatalogue,
  DEFAULT_BOARD,
  DEFAULT_RUNTIME,
  defaultRuntime,
  operatorsOf,
  RUNTIMES,
  runsOn,
} from "../../../src/core/targets/catalogue";

const catalogue = createCatalogue();
const board = (name: string) => {
  const found = catalogue.board(name);
  if ("problem" in found) throw new Error(found.problem);
  return found.found;
};
const runtime = (name: string) => {
  const found = catalogue.runtime(name);
  if ("problem" in found) throw new Error(found.problem);
  return found.found;
};

describe("boards", () => {
  it("are at least 40, each in the form users write, with a source for every number", () => {
    expect(BUILT_IN_BOARDS.length).toBeGreaterThanOrEqual(40);
    for (const record of boardFile.boards) {
      expect(readBoard(record)).toMatchObject({ board: { id: record.id } });
      expect(Object.keys(record.sources), record.id).toEqual(["clockMhz", "ramBytes", "flashBytes"]);
      for (const source of Object.values(record.sources)) expect(source.length, record.id).toBeGreaterThan(5);
    }
  });

  it("have ids and aliases that name one board only", () => {
    const names = BUILT_IN_BOARDS.flatMap(({ id, aliases }) => [id, ...(aliases ?? [])]);
    expect(new Set(names).size).toBe(names.length);
  });

  it("limit the arena by the largest bank and tell the flash without the bootloader", () => {
    // Nordic nRF52840: 256 KB RAM, 1 MB flash; the Arduino core links below 0xF0000.
    expect(board(DEFAULT_BOARD)).toMatchObject({
      core: "cortex-m4f",
      clockMhz: 64,
      ramBytes: { total: 262144, largestBank: 262144 },
      flashBytes: { total: 1048576, usable: 983040 },
    });
    // STM32H743: 1 MB in all, 512 KB of AXI SRAM in one piece.
    expect(board("nucleo-h743zi2").ramBytes).toEqual({ total: 1048576, largestBank: 524288 });
    for (const { id, ramBytes } of BUILT_IN_BOARDS) {
      expect(ramBytes.largestBank ?? 0, id).toBeLessThanOrEqual(ramBytes.total);
    }
  });
});

describe("names", () => {
  it("are found by id, name or alias, whatever the case and punctuation", () => {
    for (const name of ["nucleo-l4r5zi", "NUCLEO-L4R5ZI", "Nucleo L4R5ZI"])
      expect(board(name).id).toBe("nucleo-l4r5zi");
    expect(board("Arduino Nano 33 BLE Sense").id).toBe(DEFAULT_BOARD);
    expect(runtime("st-edge-ai").id).toBe("x-cube-ai");
  });

  it("that nobody has are answered with near ones", () => {
    expect(catalogue.board("nucleo-l4r5")).toEqual({
      problem: expect.stringMatching(/^there is no board 'nucleo-l4r5'; near names: nucleo-l4r5zi, /),
    });
    expect(catalogue.board("arduino-nano-33-bel-sense")).toEqual({
      problem: expect.stringContaining("near names: arduino-nano-33-ble-sense"),
    });
    expect(catalogue.runtime("tflm-cmsisnn2")).toEqual({ problem: expect.stringContaining("tflm-cmsis-nn") });
  });

  it("of the user's boards come before the built-in ones", () => {
    const own = { ...board(DEFAULT_BOARD), name: "Mine", clockMhz: 32 };
    expect(createCatalogue([own]).board(DEFAULT_BOARD)).toEqual({ found: own });
    expect(createCatalogue([own]).boards).toHaveLength(BUILT_IN_BOARDS.length);
  });
});

describe("runtimes", () => {
  it("run where their kernels exist", () => {
    expect(runsOn(runtime("x-cube-ai"), board("nucleo-l4r5zi"))).toBe(true);
    expect(runsOn(runtime("x-cube-ai"), board("raspberry-pi-pico"))).toBe(false);
    expect(runsOn(runtime("tflm-esp-nn"), board("esp32-s3"))).toBe(true);
    expect(runsOn(runtime("tflm-cmsis-nn"), board("esp32-s3"))).toBe(false);
  });

  it("have a default for every board", () => {
    expect(defaultRuntime(board(DEFAULT_BOARD)).id).toBe(DEFAULT_RUNTIME);
    expect(defaultRuntime(board("esp32")).id).toBe("tflm-esp-nn");
    expect(defaultRuntime(board("gap9-evk")).id).toBe("tflm-reference");
    for (const one of BUILT_IN_BOARDS) expect(runsOn(defaultRuntime(one), one), one.id).toBe(true);
  });

  it("know their operators, or say that they do not", () => {
    // tensorflow/tflite-micro registers these; it has no GELU. TinyMaix converts seven kinds of layers.
    const tflm = operatorsOf(runtime("tflm-cmsis-nn"));
    expect(tflm?.operators).toEqual(expect.arrayContaining(["CONV_2D", "SVDF", "UNIDIRECTIONAL_SEQUENCE_LSTM"]));
    expect(tflm?.operators).not.toContain("GELU");
    expect(operatorsOf(runtime("tinymaix"))?.operators).toHaveLength(7);
    for (const one of RUNTIMES) {
      if (one.operators === null) expect(one.operatorsNote, one.id).toBeTruthy();
      else expect(operatorsOf(one)?.source, one.id).toBeTruthy();
    }
  });
});

describe("a file of boards", () => {
  const good = `{
  "id": "mine", "name": "Mine", "mcu": "STM32L4", "core": "cortex-m4f", "clockMhz": 80,
  "ramBytes": { "total": 65536, "largestBank": 49152 },
  "flashBytes": { "total": 262144, "usable": 262144 },
  "reserve": { "ramBytes": 8192 }
}`;

  it("gives its boards, alone, in a list or under boards", () => {
    for (const text of [good, `[${good}]`, `{ "boards": [${good}] }`]) {
      expect(readBoardFile(text)).toMatchObject({
        boards: [{ id: "mine", reserve: { ramBytes: 8192 } }],
        problems: [],
      });
    }
  });

  it("tells each problem with its place, and keeps the boards that are right", () => {
    const text = `{ "boards": [
  ${good},
  { "id": "Other One", "name": "Other", "mcu": "x", "core": "cortex-m4f",
    "clockMhz": "64",
    "ramBytes": { "total": -1, "largestBank": null },
    "flash": 1 }
] }`;
    const { boards, problems } = readBoardFile(text);
    expect(boards.map(({ id }) => id)).toEqual(["mine"]);
    expect(problems.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      '8: "id" must be lower case letters, digits and dashes',
      '9: "clockMhz" must be of type number',
      '10: "ramBytes.total" is too small',
      '8: "flashBytes" must be of type object and is missing',
      expect.stringMatching(/^11: there is no "flash" in a board\. Known: id, name, /),
    ]);
  });

  it("that is not JSON is told by line and column", () => {
    expect(readBoardFile('{\n  "id": \n}').problems).toEqual([
      { line: 3, column: 1, message: "this is not JSON: value expected" },
    ]);
    expect(readBoardFile("").problems).toHaveLength(1);
    expect(readBoardFile("null").problems).toHaveLength(1);
    expect(readBoardFile("[3]").problems).toHaveLength(1);
  });
});

it("the published schema of board files is that of the reader", () => {
  expect(boardSchema).toEqual(z.toJSONSchema(BOARD_FILE));
});
