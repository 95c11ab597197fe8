/**
 * What is kept on a disk because it may be wanted again (loaded images, say), and what of it goes when there is
 * no room for more: what was used the longest ago first. Pure; whoever keeps things removes them.
 */
export interface Kept {
  key: string;
  bytes: number;
  /** Milliseconds since 1970. */
  usedAt: number;
}

export interface Room {
  /** All that may be kept together. */
  budgetBytes: number;
  /** Free on the disk now; null where it can't be read. */
  freeBytes: number | null;
  /** That much is to be free on the disk before `addedBytes` come. */
  neededBytes: number;
  /** What is about to be kept on top. */
  addedBytes: number;
}

/** In the order in which to remove them, until both the budget and the disk have room; all where even that is too little. */
export function chooseRemovals(kept: readonly Kept[], room: Room): string[] {
  const { budgetBytes, freeBytes, neededBytes, addedBytes } = room;
  let bytes = kept.reduce((sum, each) => sum + each.bytes, 0);
  let free = freeBytes ?? Number.POSITIVE_INFINITY;
  const removals: string[] = [];
  for (const each of kept.toSorted((a, b) => a.usedAt - b.usedAt)) {
    if (bytes + addedBytes <= budgetBytes && free >= neededBytes) break;
    removals.push(each.key);
    bytes -= each.bytes;
    free += each.bytes;
  }
  return removals;
}
