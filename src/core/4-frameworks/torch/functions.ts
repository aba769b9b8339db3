// The members of the torch module: everything of the operation tables, factories, classes, dtypes, and the switches that do
// nothing here.
import { type Bound, native, nativeModule } from "../../2-evaluate/native";
import {
  bool,
  type ClassValue,
  FALSE,
  float,
  isOpaque,
  type ModuleValue,
  type NativeFunction,
  str,
  TRUE,
  type Value,
} from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { constant, isFloating, promote, unknownOperation } from "../../3-graph/operations/common";
import { jointShape } from "../../3-graph/operations/move";
import { type Dim, mapDims, type Shape } from "../../3-graph/shape";
import { Tensor } from "../../3-graph/tensor";
import { sizeValue, toAxes, torchLibrary, toSize, toSizes, toTensor, tuple } from "./arguments";
import { tensorClasses } from "./classes";
import { CPU, deviceClass, dtypeMembers, dtypeValue, NamedValue, numericInfo } from "./dtypes";
import { functionalMembers } from "./functional";
import { CREATE } from "./ops/create";
import { ELEMENTWISE } from "./ops/elementwise";
import { EINSUM, LINEAR } from "./ops/linear";
import { LINALG, REDUCE } from "./ops/reduce";
import { SHAPE } from "./ops/shape";
import { named, operation, operations, type OpTable } from "./ops/table";
import { sizeClass } from "./size";
import { answer, decorator, neutral, nothing, unknownCall } from "./stubs";
import { tensorMethod } from "./tensor-library";

/** Functions of torch.nn.functional that torch has too. */
const FROM_FUNCTIONAL = [
  "conv1d",
  "conv2d",
  "conv3d",
  "conv_transpose1d",
  "conv_transpose2d",
  "conv_transpose3d",
  "batch_norm",
  "layer_norm",
  "group_norm",
  "instance_norm",
  "embedding", // prettier-ignore
  "max_pool1d",
  "max_pool2d",
  "max_pool3d",
  "avg_pool1d",
  "adaptive_avg_pool1d",
  "adaptive_max_pool1d",
  "cosine_similarity",
  "pairwise_distance",
  "pixel_shuffle",
  "dropout", // prettier-ignore
  "prelu",
  "rrelu",
  "selu",
  "celu",
  "bilinear",
];

let shared: Record<string, NativeFunction> | null = null;

function sharedMembers(): Record<string, NativeFunction> {
  if (!shared) {
    const functional = functionalMembers();
    shared = {
      ...operations({ ...ELEMENTWISE, ...REDUCE, ...LINEAR, ...SHAPE, ...CREATE }),
      ...Object.fromEntries(FROM_FUNCTIONAL.map((name) => [name, functional[name] as NativeFunction])),
      einsum: operation("einsum", EINSUM[0], EINSUM[1]),
    };
  }
  return shared;
}

const isTensor = native("is_tensor", "obj", (_vm, a) =>
  isOpaque(a["obj"]) ? a["obj"] : bool(a["obj"] instanceof Tensor),
);
const whether = (name: string, test: (tensor: Tensor) => boolean): NativeFunction =>
  native(name, "input", (vm, a) => bool(test(toTensor(vm, a["input"]))));

/** The module `torch` of one evaluation. What is the same in all of them is looked up when asked for. */
export function torchModule(vm: Vm): ModuleValue {
  const module = nativeModule("torch", { ...tensorClasses(vm).byName, device: deviceClass() });
  module.lazy = (_vm, name) => fixedMember(name);
  return module;
}

let fixed: Record<string, Value> | null = null;

function fixedMember(name: string): Value | undefined {
  fixed ??= fixedMembers();
  if (Object.hasOwn(fixed, name)) return fixed[name];
  // In-place variants: torch.relu_ is the method of a tensor.
  const plain = name.endsWith("_") && Object.hasOwn(sharedMembers(), name.slice(0, -1));
  return plain ? (tensorMethod(name) ?? undefined) : undefined;
}

/** Members that are the same in every evaluation. */
function fixedMembers(): Record<string, Value> {
  return {
    ...sharedMembers(),
    ...dtypeMembers(),
    Size: sizeClassOf(),
    dtype: new NamedValue("type", "torch.dtype"),
    strided: new NamedValue("layout", "torch.strided"),
    channels_last: new NamedValue("memory_format", "torch.channels_last"),
    channels_last_3d: new NamedValue("memory_format", "torch.channels_last_3d"),
    contiguous_format: new NamedValue("memory_format", "torch.contiguous_format"),
    preserve_format: new NamedValue("memory_format", "torch.preserve_format"),
    inf: float(Number.POSITIVE_INFINITY),
    nan: float(Number.NaN),
    pi: float(Math.PI),
    e: float(Math.E),
    __version__: str("2.1.0"),
    finfo: numericInfo,
    iinfo: numericInfo,
    is_tensor: isTensor,
    is_floating_point: whether("is_floating_point", (tensor) => isFloating(tensor.dtype)),
    is_complex: whether("is_complex", (tensor) => tensor.dtype === "complex64"),
    is_storage: answer("is_storage", FALSE),
    is_grad_enabled: answer("is_grad_enabled", FALSE),
    is_inference_mode_enabled: answer("is_inference_mode_enabled", TRUE),
    get_default_dtype: answer("get_default_dtype", dtypeValue("float32")),
    get_default_device: answer("get_default_device", CPU),
    result_type: native("result_type", "tensor1, tensor2", (vm, a) =>
      dtypeValue(promote(toTensor(vm, a["tensor1"]).dtype, toTensor(vm, a["tensor2"]).dtype)),
    ),
    broadcast_shapes: native("broadcast_shapes", "*shapes", (vm, a) =>
      sizeValue(
        jointShape(
          vm,
          vm.items(a["shapes"] as Value).map((shape) => toSizes(vm, tuple([shape]), "a shape")),
          undefined,
        ),
      ),
    ),
    Generator: answer("Generator", new NamedValue("Generator", "Generator")),
    default_generator: new NamedValue("Generator", "Generator"),
    ...Object.fromEntries(
      ["no_grad", "enable_grad", "inference_mode", "set_grad_enabled", "autocast"].map((name) => [name, neutral(name)]),
    ),
    ...Object.fromEntries(
      [
        "manual_seed",
        "seed",
        "set_default_dtype",
        "set_default_device",
        "set_default_tensor_type",
        "set_printoptions",
        "set_num_threads",
        "set_num_interop_threads",
        "use_deterministic_algorithms",
        "set_float32_matmul_precision",
        "set_flush_denormal",
        "save",
      ].map((name) => [name, nothing(name)]),
    ),
    ...Object.fromEntries(["compile", "script"].map((name) => [name, decorator(name)])),
    load: unknownCall("load", "what a checkpoint holds is not known"),
    get_rng_state: unknownCall("get_rng_state", "the state of the random generator"),
    typename: native("typename", "o", (vm, a) => str(vm.typeName(a["o"] as Value))),
  };
}

/** torch.Size(sequence). */
function sizeClassOf(): ClassValue {
  sizeClass.construct ??= (vm, _cls, args) => {
    const [first] = args.positional;
    return sizeValue(first === undefined ? [] : toSizes(vm, tuple([first]), "a size"));
  };
  return sizeClass;
}

/** The answer of torch.linalg.lstsq: [*, n, k] for [*, m, n] and [*, m, k]; what it costs is not counted by any definition. */
function leastSquares(vm: Vm, a: Bound): Value {
  const [left, right] = [toTensor(vm, a["input"]), toTensor(vm, a["B"])];
  const [columns, answers] = [left.shape?.at(-1), right.shape?.at(-1)];
  const shape =
    left.shape &&
    right.shape &&
    columns !== undefined &&
    answers !== undefined &&
    left.shape.length === right.shape.length
      ? [...left.shape.slice(0, -2), columns, answers]
      : null;
  const isConstant = [left, right].every((tensor) => tensor.role === "constant");
  const result = isConstant
    ? constant(torchLibrary(), shape, left.dtype, null, left.reason ?? right.reason)
    : unknownOperation(
        vm,
        "lstsq",
        "the cost of torch.linalg.lstsq is not modelled",
        [left, right],
        shape ?? undefined,
      );
  const rest = vm.unknown("only the solution of torch.linalg.lstsq is known");
  return named(["solution", "residuals", "rank", "singular_values"], [result, rest, rest, rest]);
}

/** torch.linalg: norms are modelled, decompositions are not. */
export function linalgMembers(): Record<string, Value> {
  const unmodelled = (name: string): NativeFunction =>
    operation(name, "input, *args, **kwargs", (vm, a) =>
      unknownOperation(vm, name, `the cost of torch.linalg.${name} is not modelled`, [toTensor(vm, a["input"])]),
    );
  const table: OpTable = {
    ...LINALG,
    matmul: LINEAR["matmul"] as OpTable[string],
    cross: LINEAR["cross"] as OpTable[string],
    diagonal: SHAPE["diagonal"] as OpTable[string],
  };
  return {
    ...operations(table),
    lstsq: operation("lstsq", "input, B, rcond=None, *, driver=None", leastSquares),
    ...Object.fromEntries(
      [
        "svd",
        "qr",
        "inv",
        "pinv",
        "eig",
        "eigh",
        "det",
        "slogdet",
        "cholesky",
        "solve",
        "matrix_power",
        "matrix_exp",
      ].map((name) => [name, unmodelled(name)]),
    ),
  };
}

/** torch.fft: the shapes are known, the cost is not (no definition counts it). */
export function fftMembers(): Record<string, Value> {
  const transform = (name: string, axes: number, change: "same" | "half" | "double"): NativeFunction =>
    operation(name, "input, n=None, dim=None, norm=None, *, s=None, out=None", (vm, a) => {
      const input = toTensor(vm, a["input"]);
      const reason = "the cost of a Fourier transform is not counted by any definition";
      if (input.shape === null) return unknownOperation(vm, name, reason, [input]);
      const rank = input.shape.length;
      const given = toAxes(vm, a["dim"]);
      const dims = (
        given ?? Array.from({ length: axes === 0 ? rank : axes }, (_, i) => i - (axes === 0 ? rank : axes))
      ).map((axis) => (axis < 0 ? axis + rank : axis));
      const wanted = a["s"]?.kind !== "none" ? a["s"] : a["n"];
      const lengths: (Dim | null)[] =
        wanted === undefined || wanted.kind === "none"
          ? dims.map(() => null)
          : wanted.kind === "number"
            ? [toSize(vm, wanted, "n")]
            : toSizes(vm, tuple([wanted]), "s");
      const shape: Dim[] = [...(input.shape as Shape)];
      dims.forEach((axis, i) => {
        const last = i === dims.length - 1;
        const length =
          lengths[i] ??
          (last && change === "double" ? mapDims((n) => 2 * (n - 1), shape[axis] as Dim) : (shape[axis] as Dim));
        shape[axis] = last && change === "half" ? mapDims((n) => Math.floor(n / 2) + 1, length) : length;
      });
      const result = unknownOperation(vm, name, reason, [input], shape);
      return result;
    });
  const same = operation("fftshift", "input, dim=None", (vm, a) => toTensor(vm, a["input"]));
  return {
    fft: transform("fft", 1, "same"),
    ifft: transform("ifft", 1, "same"),
    fft2: transform("fft2", 2, "same"),
    ifft2: transform("ifft2", 2, "same"),
    fftn: transform("fftn", 0, "same"),
    ifftn: transform("ifftn", 0, "same"),
    rfft: transform("rfft", 1, "half"),
    irfft: transform("irfft", 1, "double"),
    rfft2: transform("rfft2", 2, "half"),
    irfft2: transform("irfft2", 2, "double"),
    rfftn: transform("rfftn", 0, "half"),
    irfftn: transform("irfftn", 0, "double"),
    fftshift: same,
    ifftshift: same,
  };
}

/** torch.special: other names of functions torch has. */
export function functionalSpecial(): Record<string, Value> {
  const names: Readonly<Record<string, string>> = {
    expit: "sigmoid",
    softmax: "softmax",
    log_softmax: "log_softmax",
    erf: "erf",
    erfc: "erfc",
    erfinv: "erfinv",
    logsumexp: "logsumexp",
    log1p: "log1p",
    expm1: "expm1",
    exp2: "exp2",
    logit: "logit",
    sinc: "sinc",
    round: "round",
  };
  return Object.fromEntries(
    Object.entries(names).map(([name, source]) => [name, sharedMembers()[source] as NativeFunction]),
  );
}
