import { createHash } from 'node:crypto';
import type { RankedRow } from '#lib/domain/ranking/leaderboard.ts';

const MAX_RANKINGS = 100;

/** Caches rankings by their inputs, and drops the least recently used one first. */
export class RankingCache {
  readonly #kept = new Map<string, Promise<RankedRow[]>>();

  /**
   * Returns the cached or pending ranking of the same source, or computes it. A failed ranking isn't cached.
   */
  get(source: unknown, rank: () => Promise<RankedRow[]>): Promise<RankedRow[]> {
    const key = createHash('sha256').update(JSON.stringify(source)).digest('hex');
    const ranked = this.#kept.get(key) ?? rank();
    // Moved to the end, so that the least recently used one is first.
    this.#kept.delete(key);
    this.#kept.set(key, ranked);
    ranked.catch(() => this.#kept.delete(key));
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MAX_RANKINGS) break;
      this.#kept.delete(oldest);
    }
    return ranked;
  }
}
