// All rules, in the order in which their fixes are tried.
import type { Rule } from "../rule";
import { attentionQuadratic } from "./attention-quadratic";
import { channelsOffSimdGrid } from "./channels-off-simd-grid";
import { convBiasBeforeBatchnorm } from "./conv-bias-before-batchnorm";
import { denseCouldBeLowRank } from "./dense-could-be-low-rank";
import { duplicateActivationOrBatchnorm } from "./duplicate-activation-or-batchnorm";
import { earlyHighResolutionPeak } from "./early-high-resolution-peak";
import { flattenDenseCouldPool } from "./flatten-dense-could-pool";
import { floatCouldBeInt8 } from "./float-could-be-int8";
import { frozenBaseNotFrozen } from "./frozen-base-not-frozen";
import { kanGridCouldShrink } from "./kan-grid-could-shrink";
import { largeKernelCouldStack } from "./large-kernel-could-stack";
import { overBudget } from "./over-budget";
import { resolutionCouldShrink } from "./resolution-could-shrink";
import { shapeError } from "./shape-error";
import { standardConvCouldBeSeparable } from "./standard-conv-could-be-separable";
import { transposedConvInflates } from "./transposed-conv-inflates";
import { unknownCost } from "./unknown-cost";
import { unrolledRecurrence } from "./unrolled-recurrence";
import { widthMultiplierCouldShrink } from "./width-multiplier-could-shrink";

export const RULES: readonly Rule[] = [
  shapeError,
  overBudget,
  unknownCost,
  widthMultiplierCouldShrink,
  resolutionCouldShrink,
  earlyHighResolutionPeak,
  standardConvCouldBeSeparable,
  flattenDenseCouldPool,
  denseCouldBeLowRank,
  largeKernelCouldStack,
  transposedConvInflates,
  attentionQuadratic,
  unrolledRecurrence,
  kanGridCouldShrink,
  duplicateActivationOrBatchnorm,
  convBiasBeforeBatchnorm,
  frozenBaseNotFrozen,
  channelsOffSimdGrid,
  floatCouldBeInt8,
];
