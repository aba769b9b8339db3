// The backends of TensorFlow.js, each loaded when it is chosen.
import * as tf from "@tensorflow/tfjs-core";
import { type BackendName, gpuOf } from "./backends";

export type { BackendName };

const WASM_FILE = "tfjs-backend-wasm-simd.wasm";

/** Loads and selects a backend. Throws with the reason when it does not come up. */
export async function use(name: BackendName): Promise<void> {
  if (name === "wasm") {
    const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    // All names must be given; a page that is not cross-origin isolated and has SIMD asks for this one only.
    const file = new URL(WASM_FILE, import.meta.url).href;
    const names = ["tfjs-backend-wasm", "tfjs-backend-wasm-simd", "tfjs-backend-wasm-threaded-simd"];
    setWasmPaths(Object.fromEntries(names.map((one) => [`${one}.wasm`, file])));
  } else if (name === "webgl") await import("@tensorflow/tfjs-backend-webgl");
  else if (name === "webgpu") await import("@tensorflow/tfjs-backend-webgpu");
  else await import("@tensorflow/tfjs-backend-cpu");
  if (!(await tf.setBackend(name))) throw new Error(`the ${name} backend did not start`);
  await tf.ready();
}

/** What is known of what stands behind a backend: threads, the adapter and its driver. */
export async function detailsOf(name: BackendName): Promise<string> {
  if (name === "wasm") return "SIMD, 1 thread";
  if (name === "cpu") return "plain JavaScript";
  if (name === "webgpu") {
    const adapter = await gpuOf(navigator)?.requestAdapter();
    const { vendor, architecture, description } = adapter?.info ?? {};
    return [vendor, architecture, description].filter(Boolean).join(" ");
  }
  const gl = document.createElement("canvas").getContext("webgl2");
  const info = gl?.getExtension("WEBGL_debug_renderer_info");
  const renderer = info ? String(gl?.getParameter(info.UNMASKED_RENDERER_WEBGL)) : "";
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
  return renderer;
}

/** The settings of TensorFlow.js that were looked at, and the browser: what a result depends on besides the model. */
export function flagsOf(): Record<string, string | number | boolean> {
  const flags = Object.entries(tf.env().getFlags()).filter(([, value]) => typeof value !== "object");
  return { browser: navigator.userAgent, ...(Object.fromEntries(flags) as Record<string, string | number | boolean>) };
}

/** Gives up a backend that failed: the next `use` makes a new one. */
export function forget(name: BackendName): void {
  const factory = tf.findBackendFactory(name);
  if (!factory) return;
  try {
    tf.removeBackend(name);
  } catch {
    // What has failed may fail again when it is disposed.
    Reflect.deleteProperty(tf.engine().registry, name);
    tf.removeBackend(name);
  }
  tf.registerBackend(name, factory);
}

/** Tells whether the graphics context of the backend in use is lost: its kernels do nothing then. */
export function lossOf(name: BackendName): () => boolean {
  if (name === "webgl") {
    const { gl } = (tf.backend() as unknown as { gpgpu: { gl: WebGL2RenderingContext } }).gpgpu;
    return () => gl.isContextLost();
  }
  let isLost = false;
  if (name === "webgpu") {
    const { device } = tf.backend() as unknown as { device: { lost: Promise<unknown> } };
    void device.lost.then(() => {
      isLost = true;
    });
  }
  return () => isLost;
}
