import { expect, test } from 'vitest';
import { LeaseLost } from '#lib/evaluations/lease.ts';
import type { Database } from '#lib/platform/database.ts';
import { keepLease } from '#runner/pipeline/keep-lease.ts';

const LEASE = { evaluationId: 'e', token: 't', seconds: 3600 };

test('a row that changes while it is read is read again, so no cancellation is missed', async () => {
  const looks: PromiseWithResolvers<unknown[]>[] = [];
  const $queryRaw = () => {
    const look = Promise.withResolvers<unknown[]>();
    looks.push(look);
    return look.promise;
  };
  const kept = keepLease({ $queryRaw } as unknown as Database, LEASE);
  kept.check();
  // The evaluation is cancelled after the first read; two notifications cause one more read.
  kept.check();
  kept.check();
  expect(looks).toHaveLength(1);
  looks[0]?.resolve([1]);
  await expect.poll(() => looks.length).toBe(2);
  expect(kept.signal.aborted).toBe(false);
  looks[1]?.resolve([]);
  await expect.poll(() => kept.signal.aborted).toBe(true);
  expect(kept.signal.reason).toBeInstanceOf(LeaseLost);
  expect(looks).toHaveLength(2);
  kept.stop();
});

test('an unavailable database does not end the lease', async () => {
  let looks = 0;
  const $queryRaw = async () => {
    looks += 1;
    throw new Error('connection refused');
  };
  const kept = keepLease({ $queryRaw } as unknown as Database, LEASE);
  kept.check();
  await expect.poll(() => looks).toBe(1);
  kept.check();
  await expect.poll(() => looks).toBe(2);
  expect(kept.signal.aborted).toBe(false);
  kept.stop();
});
