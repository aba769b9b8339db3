// Every setting with its default, read with suspicion: what is not understood is the default. Client and server read the same
// way. Titles and descriptions are in package.json and package.nls.json; a test keeps both in step.
import type { Defaults } from "../core/analyze";
import type { Level } from "../core/report/finding";

/** Section of all settings of this product. */
export const SETTINGS_SECTION = "modelBudget";

/** Lenses: totals and layer lines, totals only, or nothing. */
const LENS_SETTINGS = ["layers", "models", "off"] as const;
export type LensSetting = (typeof LENS_SETTINGS)[number];

/** Hints at line ends: none, the lines that matter, or every line that makes layers. */
const HINT_SETTINGS = ["off", "peak", "all"] as const;
export type HintSetting = (typeof HINT_SETTINGS)[number];

const TYPES = ["int8", "float32"] as const;
const LEVELS: readonly string[] = ["error", "warning", "information", "hint", "off"];

export interface Settings {
  /** False silences every surface. */
  enabled: boolean;
  codeLens: LensSetting;
  /** Whether the lens of a model has the actions beside it. */
  codeLensActions: boolean;
  /** Whether cells of notebooks have lenses. */
  notebookCodeLens: boolean;
  inlayHints: HintSetting;
  findings: boolean;
  /** Levels of rules that differ from their own; the budget file comes first. */
  rules: Readonly<Record<string, Level | "off">>;
  /** Where no budget file names one; empty for the teaching board. */
  board: string;
  /** Empty for the board's usual one. */
  runtime: string;
  dtype: (typeof TYPES)[number];
  peakMarker: boolean;
  statusBar: boolean;
  /** Whether the Layers view reveals the row of the cursor's line. */
  layersFollowCursor: boolean;
  /** Globs of files that no surface speaks about. */
  exclude: readonly string[];
  /** Folder or interpreter of the environment whose packages are read; empty for the active one or the one in the workspace. */
  pythonEnvironment: string;
}

export const DEFAULT_SETTINGS: Settings = {
  enabled: true,
  codeLens: "layers",
  codeLensActions: true,
  notebookCodeLens: false,
  inlayHints: "peak",
  findings: true,
  rules: {},
  board: "",
  runtime: "",
  dtype: "int8",
  peakMarker: true,
  statusBar: true,
  layersFollowCursor: true,
  exclude: ["**/node_modules/**"],
  pythonEnvironment: "",
};

/** The settings from the section's object as the editor sends it. */
export function readSettings(section: unknown): Settings {
  const given = typeof section === "object" && section !== null ? (section as Record<string, unknown>) : {};
  const flag = (name: keyof Settings) => {
    const value = given[name];
    return typeof value === "boolean" ? value : (DEFAULT_SETTINGS[name] as boolean);
  };
  const text = (name: keyof Settings) => {
    const value = given[name];
    return typeof value === "string" ? value.trim() : (DEFAULT_SETTINGS[name] as string);
  };
  const oneOf = <T extends string>(name: keyof Settings, known: readonly T[]): T =>
    known.find((one) => one === given[name]) ?? (DEFAULT_SETTINGS[name] as T);
  const { exclude } = given;
  return {
    enabled: flag("enabled"),
    codeLens: oneOf("codeLens", LENS_SETTINGS),
    codeLensActions: flag("codeLensActions"),
    notebookCodeLens: flag("notebookCodeLens"),
    inlayHints: oneOf("inlayHints", HINT_SETTINGS),
    findings: flag("findings"),
    rules: readLevels(given["rules"]),
    board: text("board"),
    runtime: text("runtime"),
    dtype: oneOf("dtype", TYPES),
    peakMarker: flag("peakMarker"),
    statusBar: flag("statusBar"),
    layersFollowCursor: flag("layersFollowCursor"),
    exclude: Array.isArray(exclude)
      ? exclude.filter((glob): glob is string => typeof glob === "string" && glob !== "")
      : DEFAULT_SETTINGS.exclude,
    pythonEnvironment: text("pythonEnvironment"),
  };
}

/** What the settings say where a budget file says nothing. */
export function defaultsOf({ board, runtime, dtype, rules }: Settings): Defaults {
  return { board: board || null, runtime: runtime || null, dtype, levels: rules };
}

function readLevels(value: unknown): Settings["rules"] {
  if (typeof value !== "object" || value === null) return DEFAULT_SETTINGS.rules;
  const entries = Object.entries(value).filter(([, level]) => typeof level === "string" && LEVELS.includes(level));
  return Object.fromEntries(entries) as Settings["rules"];
}
