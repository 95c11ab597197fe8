import type { ArchiveKind } from '#lib/api/archives.ts';

/** Counts the uploads that this process is receiving, by team and kind, so that limits include them. */
export class UploadsInFlight {
  readonly #counts = new Map<string, number>();

  /**
   * Counts an upload until `receive` has ended. `receive` gets a function that returns the number of other
   * uploads.
   */
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
