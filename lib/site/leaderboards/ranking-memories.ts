import type { RankingMemory } from '#lib/domain/ranking/memory.ts';

/** Each takes up to 30 MB (500 submissions, 5 metrics). */
const MAX_KEPT = 2;

/** What the last rankings left, of the phases that were ranked last: a phase in which a score lands soon gets another. */
export class RankingMemories {
  /** By phase, the least recently ranked first. */
  readonly #kept = new Map<string, RankingMemory>();

  of(phaseId: string): RankingMemory | null {
    return this.#kept.get(phaseId) ?? null;
  }

  keep(phaseId: string, memory: RankingMemory): void {
    this.#kept.delete(phaseId);
    this.#kept.set(phaseId, memory);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MAX_KEPT) break;
      this.#kept.delete(oldest);
    }
  }
}
