/**
 * Kendall’s τ-b between one ranking and many others (Kendall 1945), in O(n log n) each: concordant and discordant pairs are
 * counted with a Fenwick tree over the ranks.
 *
 * @param reference ranks that are integers from 1 to n.
 * @returns a function of other such ranks; null if one of the two rankings is a single tie, or n < 2.
 */
export function prepareTauB(reference: Float64Array): (ranks: Float64Array) => number | null {
  const count = reference.length;
  const order = [...reference.keys()].sort((a, b) => reference[a]! - reference[b]!);
  const pairs = (count * (count - 1)) / 2;
  const untiedInReference = pairs - tiedPairs(reference);
  const tree = new Uint32Array(count + 1);
  return (ranks) => {
    const untied = pairs - tiedPairs(ranks);
    if (untied === 0 || untiedInReference === 0) return null;
    tree.fill(0);
    let balance = 0;
    for (let start = 0; start < count; ) {
      const rank = reference[order[start]!]!;
      let end = start;
      for (; end < count && reference[order[end]!] === rank; end++) {
        const own = ranks[order[end]!]!;
        const below = countUpTo(tree, own - 1);
        const above = start - countUpTo(tree, own);
        balance += below - above;
      }
      for (; start < end; start++) add(tree, ranks[order[start]!]!);
    }
    return balance / Math.sqrt(untied * untiedInReference);
  };
}

function tiedPairs(ranks: Float64Array): number {
  const sizes = new Uint32Array(ranks.length + 1);
  for (const rank of ranks) sizes[rank]!++;
  return sizes.reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
}

function countUpTo(tree: Uint32Array, rank: number): number {
  let sum = 0;
  for (let at = rank; at > 0; at -= at & -at) sum += tree[at]!;
  return sum;
}

function add(tree: Uint32Array, rank: number): void {
  for (let at = rank; at < tree.length; at += at & -at) tree[at]!++;
}
