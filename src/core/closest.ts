/** Levenshtein's distance. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? a.length;
}

/** Longer words are nobody's slip of the pen, and comparing them would take long. */
const LONGEST_COMPARED = 100;

/** The word that was probably meant; `undefined` when none is near enough to say so. */
export function closest(written: string, known: readonly string[]): string | undefined {
  if (written.length > LONGEST_COMPARED) return undefined;
  const wanted = written.toLowerCase();
  const near = known
    .map((word) => ({ word, distance: editDistance(wanted, word.toLowerCase()) }))
    .filter(({ word, distance }) => distance <= Math.max(1, Math.floor(word.length / 3)) || word.startsWith(wanted));
  return near.toSorted((one, other) => one.distance - other.distance)[0]?.word;
}
