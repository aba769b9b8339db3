// The tree of a model's layers: blocks and layers with their numbers, sorted and filtered. Pure; layers-tree.ts shows it.
import type { Deployment } from "../core/report/deployment";
import { sumKnown } from "../core/report/format";
import { operatorsTime } from "../core/report/time-text";
import type { Known, LayerRow, Report } from "../core/report/report";

/** `order` is that of the model. */
export type LayerSort = "order" | "macs" | "ram" | "params" | "latency";

export const LAYER_SORTS: readonly LayerSort[] = ["order", "macs", "ram", "params", "latency"];

/** Numbers of a layer, or of a block as their sums (RAM: the largest). Null where not known. */
export interface NodeNumbers {
  macs: Known;
  params: Known;
  /** What of the arena is in use while it runs; undefined for a layer that is no operator of its own on the board. */
  ramBytes: Known | undefined;
  /** Undefined for a layer that is no operator of its own on the board. */
  latencyMs: Known | undefined;
  /** True when the time is measured, not estimated. */
  isMeasured?: boolean;
}

/**
 * `over`: the RAM in use while it runs exceeds the limit. `peak`: nowhere is more in use. `unknown`: its cost is not known.
 * A block has the worst of its layers.
 */
export type NodeState = "over" | "peak" | "unknown" | "plain";

const WORST_FIRST: readonly NodeState[] = ["over", "peak", "unknown", "plain"];

export interface LayerNode {
  kind: "layer";
  /** Names the node among those of its model, whatever is shown of it. */
  id: string;
  label: string;
  row: LayerRow;
  numbers: NodeNumbers;
  state: NodeState;
}

export interface BlockNode {
  kind: "block";
  id: string;
  label: string;
  children: ModelNode[];
  /** Layers in it, those of blocks inside too. */
  layers: number;
  numbers: NodeNumbers;
  state: NodeState;
}

export type ModelNode = LayerNode | BlockNode;

/** The smallest RAM limit that holds: the board's, or one of a budget less what the model needs besides the arena. */
function ramLimitOf(report: Report, deployment: Deployment): number {
  const { ramBytes, limits, peak } = deployment;
  const budget = report.limits.find(({ name }) => name === "ram")?.limit;
  const limit = Math.min(limits.ramBytes ?? Number.POSITIVE_INFINITY, budget ?? Number.POSITIVE_INFINITY);
  const besides = ramBytes.total !== null && peak ? Math.max(0, ramBytes.total - peak.bytes) : 0;
  return limit - besides;
}

function layerNode(row: LayerRow, index: number, report: Report): LayerNode {
  const { deployment } = report;
  const operators = deployment?.operators.filter(({ layer }) => layer === row.name) ?? [];
  const alive = operators.map(({ aliveBytes }) => aliveBytes);
  const ramBytes = operators.length === 0 ? undefined : alive.includes(null) ? null : Math.max(...(alive as number[]));
  const time = operators.length === 0 ? undefined : operatorsTime(operators);
  let state: NodeState = "plain";
  if (deployment && typeof ramBytes === "number" && ramBytes > ramLimitOf(report, deployment)) state = "over";
  else if (deployment?.peak && ramBytes === deployment.peak.bytes) state = "peak";
  else if (row.state === "unknown" || row.macs === null || row.params === null) state = "unknown";
  return {
    kind: "layer",
    id: `layer ${index}`,
    label: row.name === "" ? row.type : row.name,
    row,
    numbers: {
      macs: row.macs,
      params: row.params,
      ramBytes,
      latencyMs: time?.ms,
      ...(time?.isMeasured && { isMeasured: true }),
    },
    state,
  };
}

/**
 * The blocks round a layer, outermost first: the calls that made it, or the parts of its name (`features.0`; `block_1_expand` as
 * the applications of Keras are named).
 */
export function blockPath({ name, blocks }: LayerRow): string[] {
  if (blocks) return blocks;
  const parts = name.split(/[./]/);
  if (parts.length > 1) return parts.slice(0, -1);
  const words = name.split(/(?<=\d)_/);
  // `conv2d_1` is a name with a number, no block.
  return words.length > 1 && /[a-z]/i.test(words.at(-1) ?? "")
    ? words.slice(0, -1).filter((one) => !/^\d+$/.test(one))
    : [];
}

function combined(nodes: readonly ModelNode[]): { numbers: NodeNumbers; state: NodeState } {
  const some = (values: readonly (Known | undefined)[]) => values.filter((value) => value !== undefined);
  const ram = some(nodes.map(({ numbers }) => numbers.ramBytes));
  const latency = some(nodes.map(({ numbers }) => numbers.latencyMs));
  return {
    numbers: {
      macs: sumKnown(nodes.map(({ numbers }) => numbers.macs)),
      params: sumKnown(nodes.map(({ numbers }) => numbers.params)),
      ramBytes: ram.length === 0 ? undefined : ram.includes(null) ? null : Math.max(...(ram as number[])),
      latencyMs: latency.length === 0 ? undefined : sumKnown(latency),
      ...(nodes.every(({ numbers }) => numbers.isMeasured ?? numbers.latencyMs === undefined) &&
        latency.length > 0 && { isMeasured: true }),
    },
    state: WORST_FIRST.find((state) => nodes.some((node) => node.state === state)) ?? "plain",
  };
}

/** Layers next to each other with the same block become its children; a block of one layer is not worth a level. */
function grouped(layers: readonly { node: LayerNode; path: readonly string[] }[], above: string): ModelNode[] {
  const nodes: ModelNode[] = [];
  for (let start = 0; start < layers.length; ) {
    const first = layers[start];
    if (!first) break;
    const label = first.path[0];
    let end = start + 1;
    while (label !== undefined && layers[end]?.path[0] === label) end++;
    const inside = layers.slice(start, end).map(({ node, path }) => ({ node, path: path.slice(1) }));
    const id = `${above}/${label} ${first.node.id}`;
    if (label === undefined || inside.length === 1) nodes.push(first.node);
    else {
      let children = grouped(inside, id);
      let name = label;
      const [only] = children;
      // A block that holds nothing but a block.
      if (children.length === 1 && only?.kind === "block") {
        name = `${label} › ${only.label}`;
        children = only.children;
      }
      nodes.push({ kind: "block", id, label: name, children, layers: inside.length, ...combined(children) });
    }
    start = end;
  }
  return nodes;
}

const KEYS: Readonly<Record<Exclude<LayerSort, "order">, (numbers: NodeNumbers) => Known | undefined>> = {
  macs: ({ macs }) => macs,
  ram: ({ ramBytes }) => ramBytes,
  params: ({ params }) => params,
  latency: ({ latencyMs }) => latencyMs,
};

/** The largest first, what is not known before it: it may be larger still. */
function sorted(nodes: readonly ModelNode[], sort: LayerSort): ModelNode[] {
  const inside = nodes.map((node) =>
    node.kind === "block" ? { ...node, children: sorted(node.children, sort) } : node,
  );
  if (sort === "order") return inside;
  const key = KEYS[sort];
  const rank = (node: ModelNode): number => {
    const value = key(node.numbers);
    return value === null ? Number.POSITIVE_INFINITY : (value ?? -1);
  };
  return inside
    .map((node, index) => ({ node, index, rank: rank(node) }))
    .sort((a, b) => (a.rank === b.rank ? a.index - b.index : b.rank - a.rank))
    .map(({ node }) => node);
}

/** True when every word of the filter is in the layer's name, type or blocks. */
function matches({ row }: LayerNode, path: readonly string[], filter: string): boolean {
  const text = [row.name, row.type, ...path].join(" ").toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** The blocks and layers of a model. Blocks of a filtered tree add up what is shown. */
export function modelNodes(report: Report, { sort, filter }: { sort: LayerSort; filter: string }): ModelNode[] {
  const layers = report.layers
    .map((row, index) => ({ node: layerNode(row, index, report), path: blockPath(row) }))
    .filter(({ node, path }) => matches(node, path, filter.trim()));
  return sorted(grouped(layers, ""), sort);
}

/** Layers among nodes, those inside blocks too. */
export function countLayers(nodes: readonly ModelNode[]): number {
  return nodes.reduce((sum, node) => sum + (node.kind === "block" ? node.layers : 1), 0);
}
