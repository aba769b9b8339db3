// The formula behind the MACs of a row, with the row's own numbers: `3·3·32·64·16·16 = 4,718,592`. Records and their text; the
// numbers come from 7-cost, which multiplies the same factors.

export type FormulaKind =
  | "convolution"
  | "depthwise convolution"
  | "pointwise convolution"
  | "grouped convolution"
  | "transposed convolution"
  | "dense"
  | "matrix product"
  | "contraction"
  | "recurrent";

/** What the symbols of formulas mean. */
export const SYMBOLS = {
  D_K: "kernel side",
  M: "input channels",
  N: "filters",
  D_F: "output positions per dimension",
  "M/g": "input channels of a group",
  "N/g": "filters of a group",
  D_I: "input positions per dimension",
  batch: "samples",
  in: "inputs",
  out: "outputs",
  positions: "positions the layer is applied to",
  rows: "rows of the first matrix",
  inner: "columns of the first and rows of the second matrix",
  columns: "columns of the second matrix",
  result: "sizes of the result",
  summed: "positions summed over",
  indices: "all index sizes",
  T: "time steps",
  directions: "directions",
  gates: "gates of the cell",
  H: "hidden size",
  "I + H": "input and hidden size",
  "products of a step": "products of one time step",
} as const;

export type FormulaSymbol = keyof typeof SYMBOLS;

/** One number of a formula. */
export interface FormulaFactor {
  symbol: FormulaSymbol;
  value: number;
  /** The addends of a factor that is written as a sum, `(32+64)`. */
  sum?: number[];
}

/** A convolution written as the dense matrix that does the same. */
export interface DenseMatrix {
  /** Outputs and inputs of one sample. */
  rows: number;
  columns: number;
  /** Parameters of the kernel, without bias. */
  stored: number;
  /** How often one inference uses each of them. */
  uses: number;
}

/** The MACs of one kind of product in a row: the factors multiplied, `times` over. The MACs of the row are the sum of its formulas. */
export interface MacsFormula {
  of: FormulaKind;
  factors: FormulaFactor[];
  /** How many operations of the row are this same product (a shared layer runs more than once). */
  times: number;
  /** Of convolutions: the dense equivalent. */
  matrix?: DenseMatrix;
}

export function formulaValue({ factors, times }: MacsFormula): number {
  return factors.reduce((product, { value }) => product * value, times);
}

/** The numbers: `3·3·32·64·16·16`, `2·20·4·64·(32+64)`; several are joined by ` + `. */
export function formulaNumbers(formulas: readonly MacsFormula[]): string {
  return formulas
    .map(({ factors, times }) => {
      const texts = factors.map(({ value, sum }) => (sum ? `(${sum.join("+")})` : String(value)));
      return (times > 1 ? [String(times), ...texts] : texts).join("·");
    })
    .join(" + ");
}

/** The same in symbols: `D_K·D_K·M·N·D_F·D_F`; what is repeated because the layer runs again is `calls`. */
export function formulaSymbols(formulas: readonly MacsFormula[]): string {
  return formulas
    .map(({ factors, times }) => {
      const texts = factors.map(({ symbol, sum }) => (sum ? `(${symbol})` : symbol));
      return (times > 1 ? ["calls", ...texts] : texts).join("·");
    })
    .join(" + ");
}

/** What the symbols mean, each once: `D_K kernel side, M input channels`. */
export function formulaLegend(formulas: readonly MacsFormula[]): string {
  const symbols = new Set(formulas.flatMap(({ factors }) => factors.map(({ symbol }) => symbol)));
  return [...symbols].map((symbol) => `${symbol} ${SYMBOLS[symbol]}`).join(", ");
}

/** One list with equal formulas counted. */
export function mergeFormulas(formulas: readonly MacsFormula[]): MacsFormula[] {
  const merged = new Map<string, MacsFormula>();
  for (const formula of formulas) {
    const key = JSON.stringify({ ...formula, times: 1 });
    const known = merged.get(key);
    if (known) known.times += formula.times;
    else merged.set(key, { ...formula });
  }
  return [...merged.values()];
}
