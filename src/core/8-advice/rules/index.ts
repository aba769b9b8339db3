// All rules, in the order in which their fixes are tried.
import type { Rule } from "../rule";
import { convBiasBeforeBatchnorm } from "./conv-bias-before-batchnorm";
import { flattenDenseCouldPool } from "./flatten-dense-could-pool";
import { overBudget } from "./over-budget";
import { shapeError } from "./shape-error";
import { standardConvCouldBeSeparable } from "./standard-conv-could-be-separable";
import { unknownCost } from "./unknown-cost";

export const RULES: readonly Rule[] = [
  shapeError,
  overBudget,
  unknownCost,
  standardConvCouldBeSeparable,
  flattenDenseCouldPool,
  convBiasBeforeBatchnorm,
];
