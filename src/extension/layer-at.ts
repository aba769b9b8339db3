// Which row of the layers tree a line of the source stands for. Pure; follow-cursor.ts reveals it.
import type { SourcePlace } from "../core/report/report";
import type { LayerNode, ModelNode } from "./layer-nodes";

/** Lines a place reaches over, or undefined when it is elsewhere than at the line. */
function spanAt(place: SourcePlace, file: string, line: number): number | undefined {
  return place.file === file && place.line <= line && line <= place.endLine ? place.endLine - place.line : undefined;
}

function layersOf(nodes: readonly ModelNode[]): LayerNode[] {
  return nodes.flatMap((node) => (node.kind === "layer" ? [node] : layersOf(node.children)));
}

/** The layers that the narrowest call at a line (from 1) of a file made. */
function layersAt(layers: readonly LayerNode[], file: string, line: number): Set<ModelNode> {
  let narrowest = Number.POSITIVE_INFINITY;
  let found = new Set<ModelNode>();
  for (const layer of layers) {
    const spans = layer.row.stack.flatMap((place) => spanAt(place, file, line) ?? []);
    const own = Math.min(...spans);
    if (spans.length === 0 || own > narrowest) continue;
    if (own < narrowest) found = new Set();
    narrowest = own;
    found.add(layer);
  }
  return found;
}

/** The smallest block that holds all of `layers`, or the layer when it is one; undefined when only the model does. */
function holderOf(nodes: readonly ModelNode[], layers: ReadonlySet<ModelNode>): ModelNode | undefined {
  for (const node of nodes) {
    const own = node.kind === "layer" ? [node] : layersOf(node.children);
    const held = own.filter((layer) => layers.has(layer)).length;
    if (held === 0) continue;
    if (held < layers.size) return undefined;
    return node.kind === "layer" ? node : (holderOf(node.children, layers) ?? node);
  }
  return undefined;
}

/** The node of an id among nodes and what is inside them. */
export function nodeWithId(nodes: readonly ModelNode[], id: string): ModelNode | undefined {
  for (const node of nodes) {
    const found = node.id === id ? node : node.kind === "block" ? nodeWithId(node.children, id) : undefined;
    if (found) return found;
  }
  return undefined;
}

/**
 * The node to show for a line (from 1) of a file: the layer it makes, the block it makes all layers of, else the first layer of those
 * it makes; undefined where it makes none, or makes the whole model. The node `selected` stays when the line makes it, or a part of it: a line in a
 * function that is called many times makes a layer in every call, and the one that was clicked is meant.
 */
export function nodeAt(
  nodes: readonly ModelNode[],
  file: string,
  line: number,
  selected?: ModelNode,
): ModelNode | undefined {
  const all = layersOf(nodes);
  const layers = layersAt(all, file, line);
  if (layers.size === 0 || (layers.size === all.length && all.length > 1)) return undefined;
  if (selected && layersOf([selected]).some((layer) => layers.has(layer))) return selected;
  return holderOf(nodes, layers) ?? layers.values().next().value;
}
