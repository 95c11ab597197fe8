import type { ContainerRules } from '#lib/domain/phases/settings.ts';

/** Runs at most `size` tasks at a time. Others wait in order of arrival. */
export class Semaphore {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.#free = size;
  }

  async use<T>(run: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await run();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}

/** Waits for a free slot of a semaphore and holds it during the work. */
export type WithSlot = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Runs `one` on every item, at most `width` at a time. After an error it starts no further item, and throws
 * the first error only when all started ones have ended, so that nothing continues in the background.
 */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  one: (item: T) => Promise<unknown>,
  onError: (error: unknown) => void,
): Promise<void> {
  const queue = [...items];
  const errors: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      try {
        await one(item);
      } catch (error) {
        queue.length = 0;
        errors.push(error);
        onError(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  if (errors.length > 0) throw errors[0];
}

/** How many containers may run at once within the given processors and memory; at least one. */
export function containersAtOnce(
  { cpus, memoryMib }: { cpus: number; memoryMib: number },
  { limits }: Pick<ContainerRules, 'limits'>,
): number {
  return Math.max(1, Math.min(Math.floor(cpus / limits.cpus), Math.floor(memoryMib / limits.memoryMib)));
}
