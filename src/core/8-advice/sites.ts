// The places in source code where a model's layers are made: one site for each call, with all the layers it made (a call in
// a loop makes many) and the operations they ran. Rules speak about sites, because a fix changes a line, not a layer.
import type { Program } from "../1-syntax/tree";
import { callsBySpan } from "../1-syntax/walk";
import type { FunctionValue, InstanceValue } from "../2-evaluate/values";
import type { Operation } from "../3-graph/operation";
import type { TracedModel } from "../5-models/model";
import { CallSite } from "./call-site";

/** A source file as the rules see it. */
export interface SourceFile {
  path: string;
  text: string;
  program: Program;
}

/** Layers of one class that one call made. */
export interface Site {
  call: CallSite;
  /** Class of the layers as the framework names it: Conv2D, Conv2d. */
  type: string;
  /** In order of first run; every one has run at least once. */
  layers: InstanceValue[];
  /** What they ran, all calls of all layers. */
  operations: Operation[];
}

/** Names of the parameters of a layer class, without self. */
function parametersOf(layer: InstanceValue): string[] {
  const init = layer.type.find("__init__");
  if (init?.kind !== "function") return [];
  const { parameters } = (init as FunctionValue).definition;
  return parameters
    .slice(1)
    .flatMap(({ kind, name }) => (kind === "normal" || kind === "positional-only" ? [name] : []));
}

/** The innermost layer of the framework itself that ran an operation; undefined for an operation of the user's own code. */
export function libraryLayerOf(operation: Operation): InstanceValue | undefined {
  return operation.layers.findLast((layer) => layer.type.module?.isRecipe === true);
}

/**
 * The sites of a model's layers, in order of first run. `fileOf` gives a file that may be edited; layers made elsewhere
 * (in a package, in a file that is not plain text) have no site.
 */
export function sitesOf(traced: TracedModel, fileOf: (path: string) => SourceFile | undefined): Site[] {
  const sites = new Map<string, Site>();
  const calls = new Map<string, ReturnType<typeof callsBySpan>>();
  for (const operation of traced.graph.operations) {
    const layer = libraryLayerOf(operation);
    const place = layer?.madeAt?.place;
    if (!layer || !place) continue;
    const key = `${place.file}:${place.span.start}:${place.span.end}:${layer.type.name}`;
    let site = sites.get(key);
    if (!site) {
      const source = fileOf(place.file);
      if (!source) continue;
      let known = calls.get(place.file);
      if (!known) {
        known = callsBySpan(source.program);
        calls.set(place.file, known);
      }
      const call = known.get(`${place.span.start}:${place.span.end}`);
      if (!call) continue;
      const written = new CallSite(place.file, source.text, source.program.language, call, parametersOf(layer));
      site = { call: written, type: layer.type.name, layers: [], operations: [] };
      sites.set(key, site);
    }
    if (!site.layers.includes(layer)) site.layers.push(layer);
    site.operations.push(operation);
  }
  return [...sites.values()];
}

/** True when the call of a site names the class of its layers: not a helper, a whole application or a subclass. */
export function namesItsClass(site: Site): boolean {
  const name = site.call.calleeName?.toLowerCase().replace("convolution", "conv");
  return name === site.type.toLowerCase();
}
