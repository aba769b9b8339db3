// Every limit of the evaluation, in one place. Hitting one is part of the result ("stopped after …"), never silent.

export const LIMITS = {
  /** Steps of work for one file or one entry: expressions and statements evaluated, and what natives count for theirs. */
  steps: 8_000_000,
  /**
   * The same for one statement of a module, or one run of a model. A 1,000-layer model needs about 100,000,
   * a table of 200 × 512 positions filled by loops about two million.
   */
  statementSteps: 3_500_000,
  /**
   * The same for all turns of one loop whose end is not in sight: a `while`, or a loop over a stream. Loops over lists and
   * ranges are not meant: a recurrent network may be unrolled over many time steps.
   */
  loopSteps: 150_000,
  /** Nested calls of user functions; real models nest under 60. Keeps the JavaScript stack safe. */
  callDepth: 180,
  /** Turns of one loop, and items of one iteration. Models loop over layers, not over data. */
  loopIterations: 20_000,
  /** Turns of one `while` whose end is not in sight. */
  whileIterations: 5_000,
  /** Unknown conditions inside each other: each doubles the work. */
  nestedUnknownConditions: 10,
  /** Characters of one string. */
  stringLength: 1_000_000,
  /** Items of one list made by repetition. */
  listLength: 1_000_000,
  /** Operations in one graph. The largest public model of the golden set has about 6,000. */
  graphOperations: 20_000,
  /** Steps for reading all installed packages that a file imports. */
  packageSteps: 2_000_000,
  /** Milliseconds for the same; checked every 1,024 steps. */
  packageMs: 10_000,
  /** Milliseconds for one entry, for machines so slow that the steps do not end it first; checked every 1,024 steps. */
  entryMs: 10_000,
} as const;

/** How many steps work counts for that takes longer than evaluating an expression: so that limits in steps are limits in time. */
export const COSTS = {
  /** Steps for an operation added to a graph. */
  operation: 30,
  /** Steps for raising an exception. */
  exception: 100,
  /** Characters of an installed package's text that are read for one step. */
  charactersPerStep: 8,
  /** Items copied for one step. */
  itemsPerStep: 64,
} as const;
