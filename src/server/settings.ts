// The settings the server asks the editor for, read with suspicion: what is not understood is the default.
// Descriptions and defaults for the settings page are in package.json under contributes.

import type { LensSetting } from "./lenses";

/** Section of all settings of this product. */
export const SETTINGS_SECTION = "modelBudget";

const LENS_SETTINGS: readonly LensSetting[] = ["layers", "models", "off"];

/** Value of `modelBudget.codeLens` from the section's object as the editor sends it. */
export function readLensSetting(section: unknown): LensSetting {
  const value =
    typeof section === "object" && section !== null ? (section as Record<string, unknown>)["codeLens"] : undefined;
  return LENS_SETTINGS.find((known) => known === value) ?? "layers";
}

/** Value of `modelBudget.findings`: whether rules speak in the editor. */
export function readFindingsSetting(section: unknown): boolean {
  return !(
    typeof section === "object" &&
    section !== null &&
    (section as Record<string, unknown>)["findings"] === false
  );
}
