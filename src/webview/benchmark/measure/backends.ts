// Which backends of TensorFlow.js work here, found out without loading them.
import { t } from "../../shared/l10n";

export type BackendName = "wasm" | "webgl" | "webgpu" | "cpu";

export interface Backend {
  name: BackendName;
  /** Why it cannot be used here; null when it can. */
  problem: string | null;
}

/** The smallest module that uses a SIMD instruction. */
const SIMD_PROBE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

interface Gpu {
  requestAdapter(): Promise<{ info?: { vendor?: string; architecture?: string; description?: string } } | null>;
}

/** WebGPU's door, which the types of the DOM do not know yet. */
export const gpuOf = (from: Navigator): Gpu | undefined => (from as { gpu?: Gpu }).gpu;

export async function backends(): Promise<Backend[]> {
  const simd = typeof WebAssembly === "object" && WebAssembly.validate(SIMD_PROBE);
  const gl = document.createElement("canvas").getContext("webgl2") !== null;
  const gpu = gpuOf(navigator);
  const adapter = await gpu?.requestAdapter().catch(() => null);
  return [
    { name: "wasm", problem: simd ? null : t("no WebAssembly SIMD in this browser") },
    { name: "webgl", problem: gl ? null : t("no WebGL 2 context can be made here") },
    {
      name: "webgpu",
      problem: adapter ? null : gpu ? t("no GPU adapter is offered here") : t("no WebGPU in this browser"),
    },
    { name: "cpu", problem: null },
  ];
}
