import { describe, expect, it } from 'vitest';
import { inParallel, Semaphore } from '#runner/concurrency.ts';

/** Work that ends when the test says so. */
function gate() {
  const open = Promise.withResolvers<void>();
  return { wait: open.promise, open: open.resolve };
}

describe('Semaphore', () => {
  it('limits the number of running tasks and admits waiting ones in order', async () => {
    const slots = new Semaphore(2);
    const gates = [gate(), gate(), gate(), gate()];
    const started: number[] = [];
    const all = gates.map((each, i) =>
      slots.use(async () => {
        started.push(i);
        await each.wait;
      }),
    );
    await Promise.resolve();
    expect(started).toEqual([0, 1]);
    gates[1]?.open();
    await all[1];
    expect(started).toEqual([0, 1, 2]);
    for (const each of gates) each.open();
    await Promise.all(all);
    expect(started).toEqual([0, 1, 2, 3]);
  });

  it('releases its slot if the work fails', async () => {
    const slots = new Semaphore(1);
    await expect(slots.use(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(slots.use(async () => 'next')).resolves.toBe('next');
  });
});

describe('inParallel', () => {
  it('runs every item once', async () => {
    const seen: number[] = [];
    await inParallel(
      [0, 1, 2, 3, 4],
      2,
      async (item) => void seen.push(item),
      () => undefined,
    );
    expect(seen.sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it('starts nothing after an error, and throws once all running items have ended', async () => {
    const slow = gate();
    const seen: string[] = [];
    const errors: unknown[] = [];
    const whole = inParallel(
      ['slow', 'bad', 'never'],
      2,
      async (item) => {
        seen.push(item);
        if (item === 'bad') throw new Error('first');
        await slow.wait;
        seen.push('slow ended');
      },
      (error) => {
        errors.push(error);
        slow.open();
      },
    );
    await expect(whole).rejects.toThrow('first');
    expect(seen).toEqual(['slow', 'bad', 'slow ended']);
    expect(errors).toHaveLength(1);
  });
});
