/**
 * Keeps values for a moment, so that many requests at about the same time compute each once. It belongs to one
 * process; a value is at most `maxAgeMs` old when it is read.
 */
export class BriefCache<Value> {
  readonly #maxAgeMs: number;
  readonly #kept = new Map<string, { value: Promise<Value>; startedMs: number }>();

  constructor(maxAgeMs: number) {
    this.#maxAgeMs = maxAgeMs;
  }

  /** The value of a key, computed unless it was a moment ago. A failure isn't kept. */
  read(key: string, compute: () => Promise<Value>): Promise<Value> {
    const nowMs = performance.now();
    for (const [other, { startedMs }] of this.#kept) {
      if (nowMs - startedMs >= this.#maxAgeMs) this.#kept.delete(other);
    }
    const kept = this.#kept.get(key);
    if (kept) return kept.value;
    const value = compute();
    const entry = { value, startedMs: nowMs };
    this.#kept.set(key, entry);
    value.catch(() => {
      if (this.#kept.get(key) === entry) this.#kept.delete(key);
    });
    return value;
  }

  /** Makes the next read compute the value again. */
  forget(key: string): void {
    this.#kept.delete(key);
  }
}
