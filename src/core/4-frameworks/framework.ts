// What a framework gives the analysis: its library modules, how to recognise a model, how to run it, and how to read its
// layers. One implementation per framework (torch, keras; tfjs reads Keras layers through its own names).
import type { ClassValue, InstanceValue, ModuleValue, Value } from "../2-evaluate/values";
import type { Vm } from "../2-evaluate/vm";
import type { Shape } from "../3-graph/shape";
import type { DType, Tensor } from "../3-graph/tensor";

export type FrameworkName = "torch" | "keras" | "tfjs";

/** One layer of a model, in the order its framework lists them, with the weights it holds itself (not those of layers inside it). */
export interface LayerEntry {
  /** Path as the framework names it: `features.0`, `conv2d_1`. */
  name: string;
  /** Class name as the framework names it. */
  type: string;
  instance: InstanceValue;
  weights: Tensor[];
  /** True for a layer without layers inside: it has a row even when it does nothing. */
  isLeaf: boolean;
  /**
   * Shape of the first output where the layer was put into a graph of symbolic tensors: an unknown stands for a dimension that the
   * graph's inputs leave open. Absent for layers that are only run.
   */
  declaredShape?: Shape | null;
}

/** A shape the model wants, as far as known: null dimensions are not. */
export interface InputGuess {
  name: string;
  shape: (number | null)[] | null;
  dtype: DType;
  /** True where the batch is free in the framework (printed as null). */
  freeBatch: boolean;
  /** Where it comes from, for `assumptions`; null when the model itself declares it. */
  assumption: string | null;
  /** Taken from what the first layer takes or a data set gives, not from code that runs the model: it may be wrong. */
  implied?: boolean;
}

export interface Framework {
  readonly name: FrameworkName;
  /** Library modules by dotted name or specifier ("torch.nn"), made when first imported. */
  readonly modules: Readonly<Record<string, (vm: Vm) => ModuleValue>>;
  /** True when the value is a model (an instance of Module / Model). Layers alone count: `nn.Conv2d(3, 8, 3)` is a model. */
  isModel(vm: Vm, value: Value): value is InstanceValue;
  /** True for what is a model in itself, not a layer: a Sequential or a functional model. Absent where every layer may be one. */
  isWhole?(value: Value): boolean;
  /** True when the class makes models. */
  isModelClass(vm: Vm, cls: ClassValue): boolean;
  /** The inputs the model declares or implies; null when nothing is known. */
  inputsOf(vm: Vm, model: InstanceValue): InputGuess[] | null;
  /** A tensor to give to the model. */
  makeInput(vm: Vm, name: string, shape: Shape, dtype: DType, freeBatch: boolean): Tensor;
  /** Runs the model for inference on these inputs; gives the output tensors. May throw Raised or Unknown. */
  run(vm: Vm, model: InstanceValue, inputs: Tensor[]): Tensor[];
  /** All layers with work of their own, after `run` (so that lazily built weights exist). */
  layersOf(vm: Vm, model: InstanceValue): LayerEntry[];
}
