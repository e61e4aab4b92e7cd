/** Cuts a list into lists of at most so many elements. */
export function inParts<T>(list: readonly T[], most: number): T[][] {
  return each(Math.ceil(list.length / most), (n) => list.slice(n * most, (n + 1) * most));
}

/** Makes a list of `count` elements, each from its number. */
export function each<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}
