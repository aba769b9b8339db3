// Answers what views ask about one model besides its analysis: RAM over time, the levers of its source, and what it would cost
// with other settings. The model is evaluated afresh for the first question and kept until a text changes.
import type { AnalyzeRequest, Analyzer } from "../core/analyze";
import type { Timeline } from "../core/report/deployment";
import type { Levers, WhatIfAnswer, WhatIfSettings } from "../core/report/what-if";
import { WhatIf } from "../core/8-advice/what-if";
import type { ModelRef } from "./protocol";

export interface ExploringHost {
  /** How an open file is analysed; undefined for one that is not. */
  request(uri: string): Promise<AnalyzeRequest | undefined>;
  /** Changes with every text and setting. */
  generation(): number;
}

interface Explored {
  timeline: Timeline | null;
  whatIf: WhatIf | undefined;
}

export class Exploring {
  /** The model asked about last: views look at one. */
  private kept: { key: string; explored: Promise<Explored | undefined> } | undefined;

  constructor(
    private readonly analyzer: Analyzer,
    private readonly host: ExploringHost,
  ) {}

  /** The arena over time; null where it is not known or there is no such model. */
  async timeline(model: ModelRef): Promise<Timeline | null> {
    return (await this.explored(model))?.timeline ?? null;
  }

  async levers(model: ModelRef): Promise<Levers | null> {
    return (await this.explored(model))?.whatIf?.describe() ?? null;
  }

  async whatIf(model: ModelRef, settings: WhatIfSettings): Promise<WhatIfAnswer | null> {
    return (await this.explored(model))?.whatIf?.ask(settings) ?? null;
  }

  private explored({ uri, index }: ModelRef): Promise<Explored | undefined> {
    const key = `${this.host.generation()} ${index} ${uri}`;
    if (this.kept?.key !== key) this.kept = { key, explored: this.explore(uri, index) };
    return this.kept.explored;
  }

  private async explore(uri: string, index: number): Promise<Explored | undefined> {
    const request = await this.host.request(uri);
    if (!request) return undefined;
    const { analysis, found } = await this.analyzer.examine({ ...request, timeline: true }, (context) => context);
    const report = analysis.reports[index];
    const context = found.find((one) => one.report === report);
    return { timeline: report?.deployment?.timeline ?? null, whatIf: context && new WhatIf(context) };
  }
}
