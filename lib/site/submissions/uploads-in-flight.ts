import type { ArchiveKind } from '#lib/api/archives.ts';

/** Uploads that this process is receiving, by team and kind: they take room before they are stored. */
export class UploadsInFlight {
  readonly #counts = new Map<string, number>();

  /** Counts one more until `receive` has ended; `receive` is given the number of the others. */
  async during<T>(
    teamId: string,
    kind: ArchiveKind,
    receive: (countOthers: () => number) => Promise<T>,
  ): Promise<T> {
    const key = `${teamId} ${kind}`;
    const count = () => this.#counts.get(key) ?? 0;
    this.#counts.set(key, count() + 1);
    try {
      return await receive(() => count() - 1);
    } finally {
      if (count() === 1) this.#counts.delete(key);
      else this.#counts.set(key, count() - 1);
    }
  }
}
