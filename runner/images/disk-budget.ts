/**
 * A disk budget for items that may be needed again, such as loaded images: chooses what to remove if there is
 * no space for more, least recently used first. Pure; the caller removes the items.
 */
export interface CachedItem {
  key: string;
  bytes: number;
  /** Milliseconds since 1970. */
  usedAt: number;
}

export interface SpaceNeeds {
  /** Maximum size of all cached items together. */
  budgetBytes: number;
  /** Free space on the disk now; null if it can't be determined. */
  freeBytes: number | null;
  /** Free space required on the disk before `addedBytes` are added. */
  neededBytes: number;
  /** Size of the item that is about to be added. */
  addedBytes: number;
}

/**
 * Keys in the order of removal, until budget and disk have enough space; all keys if even that is not enough.
 */
export function chooseRemovals(items: readonly CachedItem[], needs: SpaceNeeds): string[] {
  const { budgetBytes, freeBytes, neededBytes, addedBytes } = needs;
  let bytes = items.reduce((sum, each) => sum + each.bytes, 0);
  let free = freeBytes ?? Number.POSITIVE_INFINITY;
  const removals: string[] = [];
  for (const each of items.toSorted((a, b) => a.usedAt - b.usedAt)) {
    if (bytes + addedBytes <= budgetBytes && free >= neededBytes) break;
    removals.push(each.key);
    bytes -= each.bytes;
    free += each.bytes;
  }
  return removals;
}
