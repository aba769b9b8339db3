// torch.nn.functional: convolutions, pools, normalisation, padding, resizing, embeddings, attention, losses. What the shared
// tables hold (activations, linear, softmax, dropout …) is taken from there.
import { type Bound, toBoolean } from "../../2-evaluate/native";
import { isNone, type NativeFunction, NONE, type Value } from "../../2-evaluate/values";
import type { Vm } from "../../2-evaluate/vm";
import { identity, softmax } from "../../3-graph/operations/activation";
import { raise } from "../../3-graph/operations/common";
import { elementwise } from "../../3-graph/operations/elementwise";
import { embedding, embeddingBag } from "../../3-graph/operations/embedding";
import { move, unfold } from "../../3-graph/operations/move";
import { norm } from "../../3-graph/operations/norm";
import { reduce } from "../../3-graph/operations/reduce";
import { type Dim, elements, mapDims, type Shape, showShape } from "../../3-graph/shape";
import { Tensor } from "../../3-graph/tensor";
import { optionalTensor, toAxis, toKnownTuple, toSize, toSizes, toTuple, tuple } from "./arguments";
import { dotProductAttention, multiHeadAttention } from "./attention";
import { WINDOWS } from "./windows";
import { CREATE } from "./ops/create";
import { ELEMENTWISE } from "./ops/elementwise";
import { LINEAR } from "./ops/linear";
import { SHAPE } from "./ops/shape";
import { operations, type OpTable, tensorOf } from "./ops/table";

const flag = (vm: Vm, value: Value | undefined): boolean =>
  value !== undefined && !isNone(value) && toBoolean(vm, value);

const stored = (...tensors: (Tensor | null)[]): Tensor[] =>
  tensors.filter((tensor): tensor is Tensor => tensor !== null);

function batchNorm(vm: Vm, a: Bound): Tensor {
  const mean = optionalTensor(vm, a["running_mean"]);
  const variance = optionalTensor(vm, a["running_var"]);
  const weight = optionalTensor(vm, a["weight"]);
  const bias = optionalTensor(vm, a["bias"]);
  const input = tensorOf(vm, a);
  const reference = weight ?? mean;
  const named = { scale: weight, shift: bias, mean, variance };
  const roles = Object.entries(named).flatMap(([name, tensor]) => (tensor ? [name] : []));
  const size = reference?.shape?.[0];
  return norm(vm, input, "batch", {
    weights: stored(weight, bias, mean, variance),
    settings: { roles, axes: [1] },
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
        settings: { over: vm.items(tuple([a["normalized_shape"] as Value])).length },
        lastSizes: toSizes(vm, tuple([a["normalized_shape"] as Value]), "normalized_shape"),
      }),
  ];
}

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
  ...WINDOWS,
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
