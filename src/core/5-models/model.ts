// A model that was found and run: what 7-cost turns into a report. Finding is discover.ts's business, running run.ts's.
import type { Frame, InstanceValue, OpaqueValue, Place } from "../2-evaluate/values";
import type { Raised } from "../2-evaluate/signals";
import type { Graph } from "../3-graph/graph";
import type { Tensor } from "../3-graph/tensor";
import type { Framework, LayerEntry } from "../4-frameworks/framework";

/** A model of a file, before it is run. */
export interface Candidate {
  /** The expression that gives it: `build(alpha=0.25)`, `Net()`, `model`. */
  entry: string;
  framework: Framework;
  model: InstanceValue;
  /** Where the editor shows it: the class, the builder function, the assignment. */
  place: Place | null;
  assumptions: string[];
}

/** A model after one inference on its inputs. */
export interface TracedModel extends Candidate {
  inputs: Tensor[];
  outputs: Tensor[];
  graph: Graph;
  layers: LayerEntry[];
  /** Set when the layers could not be listed, or may not all have been built: parameters are then not known. */
  layersUnknown: OpaqueValue | null;
  /** What ended the run early, with its place. Parameters may still be known. */
  failure: { reason: string; place: Place | null; stack: Frame | null; raised: Raised | null } | null;
  /** True when no code shows an input of this model: what its first layer takes stands for it. */
  inputsImplied: boolean;
  /** Values that were not known and matter. */
  unknowns: OpaqueValue[];
}
