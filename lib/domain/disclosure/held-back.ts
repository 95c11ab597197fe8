import { randomBelow, seededSource } from '#lib/domain/ranking/random.ts';

/** So that the draw has nothing to do with the replicates of the bootstrap, which the same seed starts. */
const SALT = 0x68656c64;

/**
 * The cases that count only in the final ranking: a share of the test set, drawn with the phase's seed. Of a smaller share
 * the cases are among those of a larger one. Nobody can read off which scans they are: only the runner knows which scan
 * has which index.
 *
 * @returns for each case of the test set, in its order, whether it is held back. At least one is not.
 */
export function drawHeldBack({
  caseCount,
  heldBackPercent,
  seed,
}: {
  caseCount: number;
  heldBackPercent: number;
  seed: number;
}): boolean[] {
  const order = Array.from({ length: caseCount }, (_, index) => index);
  const source = seededSource(seed ^ SALT);
  for (let last = caseCount - 1; last > 0; last--) {
    const other = randomBelow(source, last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  const count = Math.min(Math.round((caseCount * heldBackPercent) / 100), Math.max(caseCount - 1, 0));
  const heldBack = Array.from({ length: caseCount }, () => false);
  for (const index of order.slice(0, count)) heldBack[index] = true;
  return heldBack;
}

/** Of values in the order of the test set, those of the cases that aren't held back. */
export function withoutHeldBack<T>(values: readonly T[], heldBack: readonly boolean[]): T[] {
  return values.filter((_, index) => heldBack[index] !== true);
}
