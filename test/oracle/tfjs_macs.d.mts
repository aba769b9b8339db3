/** Multiply-accumulates of the kernels that `run` executes; `tf` is the package. */
export function kernelMacs(tf: unknown, run: () => unknown): Promise<number>;
