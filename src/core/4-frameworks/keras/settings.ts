// Settings of a layer (slope, epsilon, axes) as plain data for the graph: what running it needs and no count depends on.
import type { Value } from "../../2-evaluate/values";
import type { Setting, Settings } from "../../3-graph/operation";

/** Plain data of a dict, for what only running needs; what is not known or not plain is left out. */
export function settingsOf(value: Value | undefined): Settings | undefined {
  if (value?.kind !== "dict") return undefined;
  const settings: Record<string, Setting | undefined> = {};
  for (const { key, value: one } of value.entries.values()) {
    if (key.kind === "string") settings[key.value] = settingOf(one);
  }
  return settings;
}

function settingOf(value: Value): Setting | undefined {
  if (value.kind === "number" || value.kind === "boolean" || value.kind === "string") return value.value;
  if (value.kind === "native") return value.name;
  if (value.kind !== "list" && value.kind !== "tuple") return undefined;
  const items = value.items.map(settingOf);
  return items.every((item) => item !== undefined) ? (items as Setting[]) : undefined;
}
