import { expect, test } from 'vitest';
import { idempotencyKeySchema, newIdempotencyKey } from '#lib/api/idempotency/key.ts';
import { ConnectionLost, sendOnce } from '#lib/api/idempotency/send-once.ts';

const AT_ONCE = { waitsMs: [0, 0] };

test('while the connection breaks, the request is sent again with the same key', async () => {
  const keys: string[] = [];
  const answer = await sendOnce(async (key) => {
    keys.push(key);
    if (keys.length < 3) throw new ConnectionLost('reset');
    return 'answer';
  }, AT_ONCE);
  expect(answer).toBe('answer');
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
});

test('after three attempts it gives up, and any other error ends it at once', async () => {
  let attempts = 0;
  const fail = (error: Error) => () => {
    attempts += 1;
    return Promise.reject(error);
  };
  await expect(sendOnce(fail(new ConnectionLost('reset')), AT_ONCE)).rejects.toThrow('reset');
  expect(attempts).toBe(3);
  await expect(sendOnce(fail(new Error('refused')), AT_ONCE)).rejects.toThrow('refused');
  expect(attempts).toBe(4);
});

test('two keys differ, and a site accepts them', () => {
  const [one, two] = [newIdempotencyKey(), newIdempotencyKey()];
  expect(one).not.toBe(two);
  expect(idempotencyKeySchema.parse(`"${one}"`)).toBe(one);
});
