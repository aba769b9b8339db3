// What holds for all rules: a name that settings know, a page, and findings that mark one line.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { RULES } from "../../../src/core/8-advice/rules/index";
import { UNSUPPORTED_OPERATOR } from "../../../src/core/7-cost/operator-support";
import { RULE_IDS } from "../../../src/core/report/rule-ids";
import { chooseTarget } from "../../../src/core/targets/choose";
import { advised } from "./tester";

const pages = join(import.meta.dirname, "..", "..", "..", "docs", "rules");

describe("rules", () => {
  it("are the ones that settings and budget files know", () => {
    expect([...RULES.map(({ id }) => id), UNSUPPORTED_OPERATOR].sort()).toEqual([...RULE_IDS].sort());
  });

  it.each([...RULES.map(({ id, level }) => [id, level] as const), [UNSUPPORTED_OPERATOR, "error"] as const])(
    "%s has a page and a row in the list with its level",
    (id, level) => {
      expect(existsSync(join(pages, `${id}.md`))).toBe(true);
      expect(readFileSync(join(pages, "README.md"), "utf8")).toContain(`| [${id}](${id}.md) | ${level} |`);
    },
  );

  it("may be silenced or given another level", async () => {
    const py =
      "import keras\nfrom keras import layers\n\nmodel = keras.Sequential([\n    keras.Input((16, 16, 32)),\n    layers.Conv2D(\n        64,\n        3,\n    ),\n])\n";
    const of = async (levels: Record<string, "off" | "warning">) =>
      (await advised({ py }, { levels })).reports.flatMap(({ findings }) => findings);
    const [finding] = await of({ "standard-conv-could-be-separable": "warning" });
    expect(finding).toMatchObject({ level: "warning", line: 6, column: 5, endLine: 6, endColumn: 19 });
    expect(await of({ "standard-conv-could-be-separable": "off" })).toEqual([]);
  });

  it("include the one of the runtime, which takes a level too", async () => {
    const py =
      "import keras\nfrom keras import layers\n\nmodel = keras.Sequential([keras.Input((8, 8, 4)), layers.AveragePooling2D(2)])\n";
    const chosen = chooseTarget({ board: "raspberry-pi-pico", runtime: "tinymaix", dtype: null });
    const target = "target" in chosen ? chosen.target : undefined;
    const of = async (levels: Record<string, "off" | "warning">, targetIsChosen = true) =>
      (await advised({ py }, { levels, targetIsChosen, ...(target && { target }) })).reports
        .flatMap(({ findings }) => findings)
        .filter(({ rule }) => rule === UNSUPPORTED_OPERATOR)
        .map(({ level }) => level);
    expect(await of({})).toEqual(["error"]);
    expect(await of({}, false)).toEqual(["information"]);
    expect(await of({ [UNSUPPORTED_OPERATOR]: "warning" })).toEqual(["warning"]);
    expect(await of({ [UNSUPPORTED_OPERATOR]: "off" })).toEqual([]);
  });
});
