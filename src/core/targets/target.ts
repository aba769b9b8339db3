// What a target is: a board and a runtime. The records are data (boards.json, runtimes.json, operators.json), checked against
// their schemas by a test; users add boards of their own in the same form (config/board-file.ts). This file has no logic.

/** A board: one core of one chip with the memories a model can use. Sizes in bytes. */
export interface Board {
  id: string;
  name: string;
  /** Other spellings a user may give. */
  aliases?: string[];
  /** Who makes the board: lists group by it. */
  vendor?: string;
  mcu: string;
  /** Kind of core, as the latency calibration names it: cortex-m4f, xtensa-lx7, … */
  core: string;
  clockMhz: number;
  ramBytes: {
    total: number;
    /** Largest contiguous bank: the limit of one arena. null when the source does not say how the memory is split. */
    largestBank: number | null;
  };
  flashBytes: {
    /** null when the board has no flash of its own or the source does not say. */
    total: number | null;
    /** What an application gets, without the bootloader. */
    usable: number | null;
  };
  /** RAM and flash the application itself needs; taken off the limits. */
  reserve?: { ramBytes?: number; flashBytes?: number };
  notes?: string[];
  /** Names under which published latency measurements of this chip appear, nearest first. */
  measuredAs?: string[];
  /** Where each number comes from. */
  sources?: { clockMhz?: string; ramBytes?: string; flashBytes?: string };
}

/** A runtime: the library that executes the model, with the kernels it was built with. */
export interface Runtime {
  id: string;
  name: string;
  aliases?: string[];
  /** Kind of kernels, as the latency calibration names it. */
  kernels: string;
  /** How its memory is computed; null when no model of it exists. */
  memory: "tflm" | null;
  /** Chips it runs on: the core or the chip must start with one of these. Absent: any. */
  requires?: { cores?: string[]; mcus?: string[] };
  /** Names under which published latency measurements appear. */
  measuredAs: string[];
  /** List in operators.json; null when not known. */
  operators: string | null;
  operatorsNote?: string;
}

/** Operators a runtime has, and where that is written. */
export interface OperatorList {
  operators: string[];
  source: string;
}

/** What a model is judged for. */
export interface DeployTarget {
  board: Board;
  runtime: Runtime;
  /** Version of the runtime; null for the newest that was measured well. */
  version: string | null;
  type: "int8" | "float32";
}
