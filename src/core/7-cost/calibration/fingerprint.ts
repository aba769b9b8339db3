// Tells whether a model is still the one that was measured: a number made of its operators, their shapes and options. Values of
// weights do not count, for they do not change how long a model takes.
import type { DeployedGraph } from "../../6-deploy/deployed-graph";

/** 16 hexadecimal digits; equal for graphs that a board executes in the same way. */
export function fingerprint(graph: DeployedGraph): string {
  const parts = graph.operators.map(({ op, inputs, outputs, options, macs }) => {
    const shapes = [...inputs, ...outputs].map((index) => {
      const tensor = graph.tensors[index];
      return tensor ? `${tensor.type}${tensor.shape.join("x")}` : "-";
    });
    const named = Object.entries(options)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${String(value)}`)
      .sort();
    return [op, ...shapes, ...named, macs].join(" ");
  });
  return hash(`${graph.type}\n${parts.join("\n")}`);
}

/** FNV-1a of 64 bits over UTF-16 units. */
function hash(text: string): string {
  let value = 0xcbf29ce484222325n;
  for (let at = 0; at < text.length; at++) {
    value = BigInt.asUintN(64, (value ^ BigInt(text.charCodeAt(at))) * 0x100000001b3n);
  }
  return value.toString(16).padStart(16, "0");
}
