// Every limit of the evaluation, in one place. Hitting one is part of the result ("stopped after …"), never silent.

export const LIMITS = {
  /** Expressions and statements evaluated for one entry. A 1,000-layer model needs about 300,000. */
  steps: 4_000_000,
  /** The same for one statement of a module that is being run: more than any model takes, less than a loop over a data set. */
  statementSteps: 1_000_000,
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
  graphOperations: 50_000,
  /** Milliseconds for one entry, for machines so slow that the steps do not end it first; checked every 1,024 steps. */
  entryMs: 10_000,
} as const;
