import { MINUTE_MS } from '#lib/domain/minutes.ts';
import type { Notifications } from '#lib/platform/notifications.ts';

const MAX_KEPT = 1000;

/**
 * Values that are the same for all readers, such as challenges and rankings, kept in memory until the database
 * announces a change of what everyone sees. It belongs to one process. While the connection that hears of changes
 * is lost, every value is read again; and after a minute in any case.
 *
 * A value is what the database holds, never what one reader may see of it.
 */
export class SharedReads {
  readonly #notifications: Pick<Notifications, 'isListening'>;
  /** The least recently used first. */
  readonly #kept = new Map<string, { value: Promise<unknown>; startedMs: number }>();

  constructor(notifications: Pick<Notifications, 'watchPublic' | 'isListening'>) {
    this.#notifications = notifications;
    notifications.watchPublic(() => this.forget());
  }

  /** The value of a key, which must not be changed. A failure isn't kept. */
  read<Value>(key: string, readNow: () => Promise<Value>): Promise<Value> {
    if (!this.#notifications.isListening()) return readNow();
    const kept = this.#kept.get(key);
    this.#kept.delete(key);
    if (kept && performance.now() - kept.startedMs < MINUTE_MS) {
      this.#kept.set(key, kept);
      return kept.value as Promise<Value>;
    }
    const entry = { value: readNow(), startedMs: performance.now() };
    this.#kept.set(key, entry);
    entry.value.catch(() => {
      if (this.#kept.get(key) === entry) this.#kept.delete(key);
    });
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MAX_KEPT) break;
      this.#kept.delete(oldest);
    }
    return entry.value;
  }

  /** Reads everything again. For a change by this process, which may go on before it is announced. */
  forget(): void {
    this.#kept.clear();
  }
}
