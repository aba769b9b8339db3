// The names of all rules, for those who read them in settings and budget files without knowing the rules. A rule's type holds it to
// this list.
export const RULE_IDS = [
  "shape-error",
  "over-budget",
  "unknown-cost",
  "unsupported-operator",
  "width-multiplier-could-shrink",
  "resolution-could-shrink",
  "early-high-resolution-peak",
  "standard-conv-could-be-separable",
  "flatten-dense-could-pool",
  "dense-could-be-low-rank",
  "large-kernel-could-stack",
  "transposed-conv-inflates",
  "attention-quadratic",
  "unrolled-recurrence",
  "kan-grid-could-shrink",
  "duplicate-activation-or-batchnorm",
  "conv-bias-before-batchnorm",
  "frozen-base-not-frozen",
  "channels-off-simd-grid",
  "float-could-be-int8",
] as const;

export type RuleId = (typeof RULE_IDS)[number];
