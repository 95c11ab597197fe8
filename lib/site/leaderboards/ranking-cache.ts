import { createHash } from 'node:crypto';
import type { RankedRow } from '#lib/domain/ranking/leaderboard.ts';

const MAX_KEPT = 100;

/** Rankings under a key made of what they came from; the one that was unused for longest is dropped first. */
export class RankingCache {
  readonly #kept = new Map<string, Promise<RankedRow[]>>();

  /** Ranks unless a ranking from the same source is there or under way. One that failed is tried again. */
  get(source: unknown, rank: () => Promise<RankedRow[]>): Promise<RankedRow[]> {
    const key = createHash('sha256').update(JSON.stringify(source)).digest('hex');
    const ranked = this.#kept.get(key) ?? rank();
    // Last used, last in line.
    this.#kept.delete(key);
    this.#kept.set(key, ranked);
    ranked.catch(() => this.#kept.delete(key));
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MAX_KEPT) break;
      this.#kept.delete(oldest);
    }
    return ranked;
  }
}
