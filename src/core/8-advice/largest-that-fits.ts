// The largest of ordered choices that keeps a budget, with as few evaluations as can be.

/**
 * Index of the first of `choices`, from the most costly to the least, that is good enough; -1 when none is. Takes it that what
 * costs less than a good one is good too.
 */
export function firstGood<T>(choices: readonly T[], isGood: (choice: T) => boolean): number {
  let good = choices.length - 1;
  const last = choices[good];
  if (last === undefined || !isGood(last)) return -1;
  let low = 0;
  while (low < good) {
    const middle = (low + good) >> 1;
    if (isGood(choices[middle] as T)) good = middle;
    else low = middle + 1;
  }
  return good;
}
