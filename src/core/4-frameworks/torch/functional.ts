// torch.nn.functional: convolutions, pools, normalisation, padding, resizing, embeddings, attention, losses. What the shared
// tables hold (activations, linear, softmax, dropout …) is taken from there.
import { type Bound, toBoolean, toText } from "../../2-evaluate/native";
import { isNone, type NativeFunction, NONE, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { identity, softmax } from "../../3-graph/operations/activation";
import { raise, reasonOf } from "../../3-graph/operations/common";
import { conv, type ConvSpec, convTransposed, type PaddingSpec } from "../../3-graph/operations/conv";
import { elementwise } from "../../3-graph/operations/elementwise";
import { embedding, embeddingBag } from "../../3-graph/operations/embedding";
import { move, pad, resize, type ResizeMode, unfold } from "../../3-graph/operations/move";
import { norm } from "../../3-graph/operations/norm";
import { adaptivePool, pool, type PoolMode } from "../../3-graph/operations/pool";
import { reduce } from "../../3-graph/operations/reduce";
import { type Dim, elements, mapDims, type Shape, showShape } from "../../3-graph/shape";
import { Tensor } from "../../3-graph/tensor";
import { isSequence, optionalTensor, toAxis, toKnownTuple, toSize, toSizes, toTuple, tuple } from "./arguments";
import { dotProductAttention, multiHeadAttention } from "./attention";
import { CREATE } from "./ops/create";
import { ELEMENTWISE } from "./ops/elementwise";
import { LINEAR } from "./ops/linear";
import { SHAPE } from "./ops/shape";
import { numberOr, operations, type OpTable, tensorOf } from "./ops/table";

function paddingOf(vm: Vm, value: Value | undefined, count: number, strides: readonly number[]): PaddingSpec {
  if (value?.kind === "string") {
    const mode = value.value;
    if (mode === "same" && strides.some((stride) => stride !== 1))
      throw vm.error("ValueError", "padding='same' is not supported for strided convolutions");
    if (mode === "same" || mode === "valid") return mode;
    throw vm.error("ValueError", `Invalid padding string '${mode}', should be one of valid, same`);
  }
  return toTuple(vm, value, count, "padding").map((size) => [size, size] as const);
}

/** Checks that the input has a batch or not, but no other number of dimensions. */
function ranked(vm: Vm, input: Tensor, spatial: number, what: string): Tensor {
  const rank = input.shape?.length;
  if (rank !== undefined && rank !== spatial + 1 && rank !== spatial + 2) {
    throw raise(
      vm,
      input,
      `Expected ${spatial + 1}D (unbatched) or ${spatial + 2}D (batched) input to ${what}, but got input of size: ${showShape(input.shape)}`,
    );
  }
  return input;
}

function convolution(spatial: number): OpTable[string] {
  return [
    "input, weight, bias=None, stride=1, padding=0, dilation=1, groups=1",
    (vm, a) => {
      const input = ranked(vm, tensorOf(vm, a), spatial, `conv${spatial}d`);
      const weight = tensorOf(vm, a, "weight");
      const bias = optionalTensor(vm, a["bias"], "bias");
      const groups = toSize(vm, a["groups"], "groups");
      const strides = toKnownTuple(vm, a["stride"], spatial, "stride");
      const unknown = reasonOf(vm, weight);
      const sizes: Shape = weight.shape ?? new Array<Dim>(spatial + 2).fill(unknown);
      if (sizes.length !== spatial + 2)
        throw raise(
          vm,
          weight,
          `conv${spatial}d expects a weight with ${spatial + 2} dimensions, but got ${showShape(sizes)}`,
        );
      const spec: ConvSpec = {
        kernel: sizes.slice(2),
        inChannels: mapDims((own, count) => own * count, sizes[1] as Dim, groups),
        outChannels: sizes[0] as Dim,
        strides,
        dilations: toKnownTuple(vm, a["dilation"], spatial, "dilation"),
        padding: paddingOf(vm, a["padding"], spatial, strides),
        groups,
        layout: "channels-first",
        weights: bias ? [weight, bias] : [weight],
        hasBias: bias !== null,
      };
      return conv(vm, input, spec);
    },
  ];
}

function transposedConvolution(spatial: number): OpTable[string] {
  return [
    "input, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1",
    (vm, a) => {
      const input = ranked(vm, tensorOf(vm, a), spatial, `conv_transpose${spatial}d`);
      const weight = tensorOf(vm, a, "weight");
      const bias = optionalTensor(vm, a["bias"], "bias");
      const groups = toSize(vm, a["groups"], "groups");
      const strides = toKnownTuple(vm, a["stride"], spatial, "stride");
      const unknown = reasonOf(vm, weight);
      const sizes: Shape = weight.shape ?? new Array<Dim>(spatial + 2).fill(unknown);
      return convTransposed(vm, input, {
        kernel: sizes.slice(2),
        inChannels: sizes[0] as Dim,
        outChannels: mapDims((own, count) => own * count, sizes[1] as Dim, groups),
        strides,
        dilations: toKnownTuple(vm, a["dilation"], spatial, "dilation"),
        padding: paddingOf(vm, a["padding"], spatial, [1]),
        groups,
        layout: "channels-first",
        weights: bias ? [weight, bias] : [weight],
        hasBias: bias !== null,
        outputPadding: toTuple(vm, a["output_padding"], spatial, "output_padding"),
      });
    },
  ];
}

const flag = (vm: Vm, value: Value | undefined): boolean =>
  value !== undefined && !isNone(value) && toBoolean(vm, value);

function windowPool(spatial: number, mode: PoolMode): OpTable[string] {
  const signature =
    mode === "max"
      ? "input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False"
      : "input, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None";
  return [
    signature,
    (vm, a) => {
      const input = ranked(vm, tensorOf(vm, a), spatial, `${mode}_pool${spatial}d`);
      const kernel = toTuple(vm, a["kernel_size"], spatial, "kernel_size");
      const stride =
        isNone(a["stride"]) || (a["stride"] && isSequence(a["stride"]) && vm.items(a["stride"]).length === 0)
          ? kernel
          : toTuple(vm, a["stride"], spatial, "stride");
      const pads = toTuple(vm, a["padding"], spatial, "padding");
      pads.forEach((size, i) => {
        const reach = kernel[i];
        if (typeof size === "number" && typeof reach === "number" && size > reach / 2)
          throw raise(
            vm,
            input,
            `pad should be at most half of effective kernel size, but got pad=${size}, kernel_size=${reach}`,
          );
      });
      const result = pool(vm, input, mode, {
        kernel,
        strides: stride,
        padding: pads.map((size) => [size, size] as const),
        dilations: a["dilation"]
          ? toKnownTuple(vm, a["dilation"], spatial, "dilation")
          : new Array<number>(spatial).fill(1),
        ceil: flag(vm, a["ceil_mode"]),
        layout: "channels-first",
      });
      return flag(vm, a["return_indices"]) ? tuple([result, indicesOf(result)]) : result;
    },
  ];
}

/** The positions a max pool gives beside its values. */
function indicesOf(values: Tensor): Tensor {
  const indices = new Tensor(values.shape, "int64", values.library, values.reason);
  indices.producer = values.producer;
  return indices;
}

function adaptive(spatial: number, mode: PoolMode): OpTable[string] {
  return [
    "input, output_size, return_indices=False",
    (vm, a) => {
      const input = ranked(vm, tensorOf(vm, a), spatial, `adaptive_${mode}_pool${spatial}d`);
      const size = a["output_size"] as Value;
      const sizes = isSequence(size)
        ? vm.items(size).map((item) => (isNone(item) ? null : toSize(vm, item, "output_size")))
        : new Array<Dim | null>(spatial).fill(isNone(size) ? null : toSize(vm, size, "output_size"));
      const result = adaptivePool(
        vm,
        input,
        mode,
        sizes.length === 1 ? new Array<Dim | null>(spatial).fill(sizes[0] ?? null) : sizes,
        "channels-first",
      );
      return flag(vm, a["return_indices"]) ? tuple([result, indicesOf(result)]) : result;
    },
  ];
}

/** p-norm pooling: (input, p, kernel, stride, ceil). */
function lpPool(spatial: number): OpTable[string] {
  return [
    "input, norm_type, kernel_size, stride=None, ceil_mode=False",
    (vm, a) => {
      const kernel = toTuple(vm, a["kernel_size"], spatial, "kernel_size");
      const strides = isNone(a["stride"]) ? kernel : toTuple(vm, a["stride"], spatial, "stride");
      return pool(vm, tensorOf(vm, a), "lp", {
        kernel,
        strides,
        padding: "valid",
        ceil: flag(vm, a["ceil_mode"]),
        layout: "channels-first",
      });
    },
  ];
}

function unpool(spatial: number): OpTable[string] {
  return [
    "input, indices, kernel_size, stride=None, padding=0, output_size=None",
    (vm, a) => {
      const input = ranked(vm, tensorOf(vm, a), spatial, `max_unpool${spatial}d`);
      if (input.shape === null) return move(vm, "scatter", [input], null);
      const lead = input.shape.length - spatial;
      if (!isNone(a["output_size"])) {
        const wanted = toSizes(vm, tuple([a["output_size"] as Value]), "output_size").slice(-spatial);
        return move(vm, "scatter", [input], [...input.shape.slice(0, lead), ...wanted]);
      }
      const kernel = toTuple(vm, a["kernel_size"], spatial, "kernel_size");
      const strides = isNone(a["stride"]) ? kernel : toTuple(vm, a["stride"], spatial, "stride");
      const pads = toTuple(vm, a["padding"], spatial, "padding");
      const sizes = kernel.map((k, i) =>
        mapDims(
          (n, s, size, p) => (n - 1) * s - 2 * p + size,
          input.shape?.[lead + i] as Dim,
          strides[i] as Dim,
          k,
          pads[i] as Dim,
        ),
      );
      return move(vm, "scatter", [input], [...input.shape.slice(0, lead), ...sizes]);
    },
  ];
}

const stored = (...tensors: (Tensor | null)[]): Tensor[] =>
  tensors.filter((tensor): tensor is Tensor => tensor !== null);

function batchNorm(vm: Vm, a: Bound): Tensor {
  const mean = optionalTensor(vm, a["running_mean"]);
  const variance = optionalTensor(vm, a["running_var"]);
  const weight = optionalTensor(vm, a["weight"]);
  const bias = optionalTensor(vm, a["bias"]);
  const input = tensorOf(vm, a);
  const reference = weight ?? mean;
  const size = reference?.shape?.[0];
  return norm(vm, input, "batch", {
    weights: stored(weight, bias, mean, variance),
    ...(size !== undefined && input.shape && input.shape.length > 1
      ? { check: { axis: 1, size, what: mean ? "running_mean" : "weight" } }
      : {}),
  });
}

function layerNorm(mode: "layer" | "rms"): OpTable[string] {
  return [
    "input, normalized_shape, weight=None, bias=None, eps=1e-05",
    (vm, a) =>
      norm(vm, tensorOf(vm, a), mode, {
        weights: stored(optionalTensor(vm, a["weight"]), optionalTensor(vm, a["bias"])),
        lastSizes: toSizes(vm, tuple([a["normalized_shape"] as Value]), "normalized_shape"),
      }),
  ];
}

/** Pads of torch count from the last dimension: (left, right, top, bottom, …). */
export function padLast(vm: Vm, input: Tensor, pads: readonly Dim[]): Tensor {
  if (input.shape === null) return pad(vm, input, []);
  const rank = input.shape.length;
  if (pads.length % 2 !== 0) throw raise(vm, input, "Padding length must be divisible by 2");
  if (pads.length / 2 > rank)
    throw raise(vm, input, `Padding length too large: ${pads.length} for input ${showShape(input.shape)}`);
  return pad(
    vm,
    input,
    Array.from({ length: rank }, (_, axis) => {
      const at = 2 * (rank - 1 - axis);
      return [pads[at] ?? 0, pads[at + 1] ?? 0] as const;
    }),
  );
}

const MODES: Readonly<Record<string, ResizeMode>> = {
  nearest: "nearest",
  "nearest-exact": "nearest",
  linear: "linear",
  bilinear: "bilinear",
  bicubic: "bicubic",
  trilinear: "trilinear",
  area: "area",
};

function interpolate(vm: Vm, a: Bound): Tensor {
  const input = tensorOf(vm, a);
  const mode = MODES[toText(vm, a["mode"], "mode")] ?? "nearest";
  if (input.shape === null) return resize(vm, input, [], mode, "channels-first");
  const spatial = input.shape.length - 2;
  if (spatial < 1)
    throw raise(vm, input, `Input Error: Only 3D, 4D and 5D input Tensors supported (got ${showShape(input.shape)})`);
  let sizes: Dim[];
  if (!isNone(a["size"])) {
    sizes = toTuple(vm, a["size"], spatial, "size");
  } else {
    if (isNone(a["scale_factor"])) throw vm.error("ValueError", "either size or scale_factor should be defined");
    const scale = a["scale_factor"] as Value;
    const factors = isSequence(scale)
      ? vm.items(scale).map((item) => numberOr(vm, item))
      : new Array<number | null>(spatial).fill(numberOr(vm, scale));
    sizes = factors.map((factor, i) =>
      factor === null
        ? vm.unknown("the scale factor of a resize is not known")
        : mapDims((n) => Math.floor(n * factor), input.shape?.[2 + i] as Dim),
    );
    if (sizes.length !== spatial)
      throw vm.error(
        "ValueError",
        `scale_factor shape must match input shape: ${sizes.length} factors for ${spatial} dimensions`,
      );
  }
  return resize(vm, input, sizes, mode, "channels-first");
}

const RESIZE_SIGNATURE =
  "input, size=None, scale_factor=None, mode='nearest', align_corners=None, recompute_scale_factor=None, antialias=False";
const drop: OpTable[string] = [
  "input, p=0.5, training=False, inplace=False",
  (vm, a) => identity(vm, tensorOf(vm, a), "dropout"),
];

/** A loss is one number; nothing of it runs at inference. */
const loss: OpTable[string] = [
  "input, *args, **kwargs",
  (vm, a) => reduce(vm, tensorOf(vm, a), "mean", { axes: null }),
];
const LOSSES = [
  "cross_entropy",
  "nll_loss",
  "binary_cross_entropy",
  "binary_cross_entropy_with_logits",
  "mse_loss",
  "l1_loss",
  "smooth_l1_loss",
  "huber_loss",
  "kl_div", // prettier-ignore
  "cosine_embedding_loss",
  "triplet_margin_loss",
  "triplet_margin_with_distance_loss",
  "margin_ranking_loss",
  "hinge_embedding_loss",
  "ctc_loss",
  "poisson_nll_loss", // prettier-ignore
  "gaussian_nll_loss",
  "soft_margin_loss",
  "multi_margin_loss",
  "multilabel_margin_loss",
  "multilabel_soft_margin_loss",
];

const OWN: OpTable = {
  conv1d: convolution(1),
  conv2d: convolution(2),
  conv3d: convolution(3),
  conv_transpose1d: transposedConvolution(1),
  conv_transpose2d: transposedConvolution(2),
  conv_transpose3d: transposedConvolution(3),
  lp_pool1d: lpPool(1),
  lp_pool2d: lpPool(2),
  lp_pool3d: lpPool(3),
  max_unpool1d: unpool(1),
  max_unpool2d: unpool(2),
  max_unpool3d: unpool(3),
  batch_norm: [
    "input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-05",
    batchNorm,
  ],
  instance_norm: [
    "input, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, momentum=0.1, eps=1e-05",
    (vm, a) =>
      norm(vm, tensorOf(vm, a), "instance", {
        weights: stored(optionalTensor(vm, a["weight"]), optionalTensor(vm, a["bias"])),
      }),
  ],
  layer_norm: layerNorm("layer"),
  rms_norm: layerNorm("rms"),
  group_norm: [
    "input, num_groups, weight=None, bias=None, eps=1e-05",
    (vm, a) => {
      const input = tensorOf(vm, a);
      const groups = toSize(vm, a["num_groups"], "num_groups");
      const channels = input.shape?.[1];
      if (typeof channels === "number" && typeof groups === "number" && channels % groups !== 0)
        throw raise(
          vm,
          input,
          `Expected number of channels in input to be divisible by num_groups, but got input of shape ${showShape(input.shape)} and num_groups=${groups}`,
        );
      const weight = optionalTensor(vm, a["weight"]);
      const size = weight?.shape?.[0];
      return norm(vm, input, "group", {
        weights: stored(weight, optionalTensor(vm, a["bias"])),
        groups,
        ...(size !== undefined && input.shape && input.shape.length > 1
          ? { check: { axis: 1, size, what: "weight" } }
          : {}),
      });
    },
  ],
  local_response_norm: [
    "input, size, alpha=0.0001, beta=0.75, k=1.0",
    (vm, a) => norm(vm, tensorOf(vm, a), "local-response", { weights: [] }),
  ],
  normalize: [
    "input, p=2.0, dim=1, eps=1e-12, out=None",
    (vm, a) => norm(vm, tensorOf(vm, a), "unit", { weights: [] }),
  ],
  pad: [
    "input, pad, mode='constant', value=None",
    (vm, a) => padLast(vm, tensorOf(vm, a), toSizes(vm, tuple([a["pad"] as Value]), "pad")),
  ],
  interpolate: [RESIZE_SIGNATURE, interpolate],
  upsample: [RESIZE_SIGNATURE, interpolate],
  upsample_nearest: [RESIZE_SIGNATURE, interpolate],
  upsample_bilinear: [RESIZE_SIGNATURE.replace("nearest", "bilinear"), interpolate],
  grid_sample: [
    "input, grid, mode='bilinear', padding_mode='zeros', align_corners=None",
    (vm, a) => {
      const input = tensorOf(vm, a);
      const grid = tensorOf(vm, a, "grid");
      const shape = input.shape && grid.shape ? [...input.shape.slice(0, 2), ...grid.shape.slice(1, -1)] : null;
      return move(vm, "gather", [input, grid], shape, input.dtype);
    },
  ],
  affine_grid: [
    "theta, size, align_corners=None",
    (vm, a) =>
      move(vm, "gather", [tensorOf(vm, a, "theta")], gridShape(toSizes(vm, tuple([a["size"] as Value]), "size"))),
  ],
  embedding: [
    "input, weight, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False",
    (vm, a) => embedding(vm, tensorOf(vm, a), tensorOf(vm, a, "weight")),
  ],
  embedding_bag: [
    "input, weight, offsets=None, max_norm=None, norm_type=2, scale_grad_by_freq=False, mode='mean', sparse=False, per_sample_weights=None, include_last_offset=False, padding_idx=None",
    (vm, a) => {
      const input = tensorOf(vm, a);
      const offsets = optionalTensor(vm, a["offsets"]);
      const bags =
        input.shape?.length === 2
          ? (input.shape[0] as Dim)
          : (offsets?.shape?.[0] ?? vm.unknown("the number of bags is not known"));
      return embeddingBag(
        vm,
        input,
        tensorOf(vm, a, "weight"),
        flag(vm, a["include_last_offset"]) ? mapDims((n) => n - 1, bags) : bags,
      );
    },
  ],
  dropout: drop,
  dropout1d: drop,
  dropout2d: drop,
  dropout3d: drop,
  alpha_dropout: drop,
  feature_alpha_dropout: drop,
  gumbel_softmax: [
    "logits, tau=1, hard=False, eps=1e-10, dim=-1",
    (vm, a) => softmax(vm, tensorOf(vm, a, "logits"), toAxis(vm, a["dim"])),
  ],
  cosine_similarity: [
    "x1, x2, dim=1, eps=1e-08",
    (vm, a) =>
      reduce(vm, elementwise(vm, "mul", [tensorOf(vm, a, "x1"), tensorOf(vm, a, "x2")]), "sum", {
        axes: [toAxis(vm, a["dim"])],
      }),
  ],
  pairwise_distance: [
    "x1, x2, p=2.0, eps=1e-06, keepdim=False",
    (vm, a) =>
      reduce(vm, elementwise(vm, "sub", [tensorOf(vm, a, "x1"), tensorOf(vm, a, "x2")]), "norm", {
        axes: [-1],
        keepDims: flag(vm, a["keepdim"]),
      }),
  ],
  unfold: [
    "input, kernel_size, dilation=1, padding=0, stride=1",
    (vm, a) => unfold(vm, tensorOf(vm, a), windowSpec(vm, a)),
  ],
  fold: [
    "input, output_size, kernel_size, dilation=1, padding=0, stride=1",
    (vm, a) => {
      const input = tensorOf(vm, a);
      const sizes = toTuple(vm, a["output_size"], 2, "output_size");
      const area = elements(toTuple(vm, a["kernel_size"], 2, "kernel_size"));
      if (input.shape === null) return move(vm, "unfold", [input], null);
      const at = input.shape.length - 2;
      const channels = mapDims(
        (columns, k) => {
          if (columns % k !== 0)
            throw raise(
              vm,
              input,
              `Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got input.size(1)=${columns} and kernel product ${k}`,
            );
          return columns / k;
        },
        input.shape[at] as Dim,
        area,
      );
      return move(vm, "unfold", [input], [...input.shape.slice(0, at), channels, ...sizes]);
    },
  ],
  scaled_dot_product_attention: [
    "query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False",
    (vm, a) =>
      dotProductAttention(
        vm,
        tensorOf(vm, a, "query"),
        tensorOf(vm, a, "key"),
        tensorOf(vm, a, "value"),
        optionalTensor(vm, a["attn_mask"]),
      ).output,
  ],
  multi_head_attention_forward: [
    "query, key, value, embed_dim_to_check, num_heads, in_proj_weight, in_proj_bias, bias_k, bias_v, add_zero_attn, dropout_p, out_proj_weight, out_proj_bias, training=True, key_padding_mask=None, need_weights=True, attn_mask=None, use_separate_proj_weight=False, q_proj_weight=None, k_proj_weight=None, v_proj_weight=None, static_k=None, static_v=None, average_attn_weights=True, is_causal=False",
    (vm, a) => {
      const separate = flag(vm, a["use_separate_proj_weight"]);
      const needWeights = flag(vm, a["need_weights"]);
      const { output, weights } = multiHeadAttention(
        vm,
        tensorOf(vm, a, "query"),
        tensorOf(vm, a, "key"),
        tensorOf(vm, a, "value"),
        optionalTensor(vm, a["attn_mask"]),
        {
          heads: toAxis(vm, a["num_heads"], "num_heads"),
          width: toSize(vm, a["embed_dim_to_check"], "embed_dim"),
          projection: separate
            ? {
                query: tensorOf(vm, a, "q_proj_weight"),
                key: tensorOf(vm, a, "k_proj_weight"),
                value: tensorOf(vm, a, "v_proj_weight"),
              }
            : tensorOf(vm, a, "in_proj_weight"),
          projectionBias: optionalTensor(vm, a["in_proj_bias"]),
          biasKey: optionalTensor(vm, a["bias_k"]),
          biasValue: optionalTensor(vm, a["bias_v"]),
          addZero: flag(vm, a["add_zero_attn"]),
          outWeight: tensorOf(vm, a, "out_proj_weight"),
          outBias: optionalTensor(vm, a["out_proj_bias"]),
          needWeights,
          averageWeights: flag(vm, a["average_attn_weights"]),
        },
      );
      return tuple([output, weights ?? NONE]);
    },
  ],
};

for (const spatial of [1, 2, 3]) {
  for (const [mode, word] of [
    ["max", "max"],
    ["average", "avg"],
  ] as const) {
    OWN[`${word}_pool${spatial}d`] = windowPool(spatial, mode);
    OWN[`adaptive_${word}_pool${spatial}d`] = adaptive(spatial, mode);
  }
  OWN[`max_pool${spatial}d_with_indices`] = [
    "input, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=True",
    (vm, a) => (OWN[`max_pool${spatial}d`] as OpTable[string])[1](vm, { ...a, return_indices: vm.unary("not", NONE) }),
  ];
}
for (const name of LOSSES) OWN[name] = loss;

function gridShape(sizes: Shape): Shape {
  return [sizes[0] as Dim, ...sizes.slice(2), sizes.length - 2];
}

function windowSpec(vm: Vm, a: Bound) {
  return {
    kernel: toKnownTuple(vm, a["kernel_size"], 2, "kernel_size"),
    strides: toKnownTuple(vm, a["stride"], 2, "stride"),
    padding: toKnownTuple(vm, a["padding"], 2, "padding"),
    dilations: toKnownTuple(vm, a["dilation"], 2, "dilation"),
  };
}

/** Operations of the shared tables that torch.nn.functional has too. */
const SHARED = [
  "relu",
  "relu6",
  "elu",
  "celu",
  "selu",
  "gelu",
  "silu",
  "mish",
  "leaky_relu",
  "prelu",
  "rrelu",
  "glu",
  "hardtanh",
  "hardswish",
  "hardsigmoid",
  "hardshrink",
  "softshrink", // prettier-ignore
  "softplus",
  "softsign",
  "tanhshrink",
  "threshold",
  "tanh",
  "sigmoid",
  "logsigmoid",
  "softmax",
  "log_softmax",
  "softmin",
  "linear",
  "bilinear",
  "one_hot",
  "pixel_shuffle", // prettier-ignore
  "pixel_unshuffle",
  "channel_shuffle",
];

let made: Record<string, NativeFunction> | null = null;

/** The members of torch.nn.functional; made once per process. */
export function functionalMembers(): Record<string, NativeFunction> {
  if (!made) {
    const shared: OpTable = { ...ELEMENTWISE, ...LINEAR, ...SHAPE, ...CREATE };
    const table: OpTable = { ...OWN };
    for (const name of SHARED) {
      table[name] ??= shared[name] as OpTable[string];
      for (const word of ["relu", "elu", "selu", "celu", "leaky_relu", "hardtanh", "threshold", "rrelu"])
        if (name === word) table[`${name}_`] = table[name] as OpTable[string];
    }
    made = operations(table);
  }
  return made;
}
