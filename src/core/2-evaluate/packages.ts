// Python packages of the selected environment, read as source: where they lie, which of them are worth reading, and the
// share of work they may take. What is imported from where is decided in modules.ts.
import type { Machine } from "./machine";
import { joinPath } from "./paths";

/**
 * Packages that define no layers and are mostly compiled or very large: reading them takes longer than what they tell is
 * worth, so they stay as unknown as where they are not installed.
 */
const NOT_READ: ReadonlySet<string> = new Set([
  ...[
    "scipy",
    "pandas",
    "matplotlib",
    "mpl_toolkits",
    "seaborn",
    "plotly",
    "bokeh",
    "PIL",
    "cv2",
    "skimage",
    "imageio",
  ],
  ...["librosa", "soundfile", "numba", "llvmlite", "sympy", "networkx", "h5py", "pyarrow", "polars", "dask", "ray"],
  ...["IPython", "ipywidgets", "notebook", "jupyter", "traitlets", "nltk", "spacy", "gensim", "sentencepiece"],
  ...["tokenizers", "datasets", "safetensors", "huggingface_hub", "wandb", "mlflow", "comet_ml", "neptune", "optuna"],
  ...["boto3", "botocore", "google", "grpc", "aiohttp", "requests", "urllib3", "flask", "fastapi", "django", "rich"],
  ...["pytest", "setuptools", "pkg_resources", "pip", "onnx", "onnxruntime", "tensorrt", "triton", "jax", "jaxlib"],
  ...["flax", "mxnet", "paddle", "cupy", "albumentations", "gym", "gymnasium", "tensorboard", "tensorflow_datasets"],
]);

/** Folders of the environment to look for a package in; none for a package that is not read. */
export function packageFolders(vm: Machine, name: string): readonly string[] {
  return NOT_READ.has(name.split(".")[0] as string) ? [] : (vm.environment.packageRoots ?? []);
}

/** The folder of the environment that an installed file lies in; undefined for a file of the workspace. */
export function packageRootOf(vm: Machine, file: string | null): string | undefined {
  if (file === null) return undefined;
  const { packageRoots = [], root } = vm.environment;
  const found = packageRoots.filter((folder) => file.startsWith(`${folder}/`)).sort((a, b) => b.length - a.length)[0];
  if (found === undefined) return undefined;
  // A project installed for development is a folder of the workspace like any other.
  const isOwn = file.startsWith(`${root}/`) && !/\/(site|dist)-packages(\/|$)/.test(found);
  return isOwn ? undefined : found;
}

/** The first part of the dotted name an installed file has. */
export function packageOf(root: string, file: string): string {
  return (file.slice(root.length + 1).split("/")[0] as string).replace(/\.pyi?$/, "");
}

/**
 * What a program put into sys.path: folders that go before the script's own, and after it. A relative one is meant from the
 * script's folder or from the workspace, so both are given.
 */
export function searchPath(vm: Machine): { before: string[]; after: string[] } {
  const scriptFolder = vm.scriptFolder();
  const path = vm.modules.get("library:sys")?.members.get("path");
  const before: string[] = [];
  const after: string[] = [];
  if (path?.kind !== "list") return { before, after };
  const own = path.items.findIndex((item) => item.kind === "string" && item.value === scriptFolder);
  path.items.forEach((item, index) => {
    if (item.kind !== "string" || index === own || item.value === "") return;
    const folders = item.value.startsWith("/")
      ? [joinPath("", item.value)]
      : [joinPath(scriptFolder, item.value), joinPath(vm.environment.root, item.value)];
    (index < own ? before : after).push(...folders);
  });
  return { before, after };
}
