// Which files no surface speaks about: the globs of `modelBudget.exclude`, as editors write them, matched against the path
// under the workspace folder and the whole path.
import picomatch from "picomatch/posix";

export function isExcluded(path: string, root: string, globs: readonly string[]): boolean {
  if (globs.length === 0) return false;
  const inside = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
  // A glob without `/` means the name wherever it is.
  return globs.some((glob) => {
    const matches = picomatch(glob, { dot: true, basename: !glob.includes("/") });
    return matches(inside) || matches(path);
  });
}
