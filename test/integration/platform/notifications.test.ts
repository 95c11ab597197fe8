import { afterAll, beforeAll, expect, test } from 'vitest';
import { openNotifications } from '#lib/platform/notifications.ts';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';

const ONE = '00000000-0000-7000-8000-000000000001';
const OTHER = '00000000-0000-7000-8000-000000000002';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const notify = (id: string) => database.runner.$executeRaw`SELECT pg_notify('evaluation_changed', ${id})`;

/** Counts calls of `wake` and waits for the next one. */
function counter() {
  let count = 0;
  let next = Promise.withResolvers<void>();
  return {
    wake: () => {
      count += 1;
      next.resolve();
      next = Promise.withResolvers();
    },
    next: () => next.promise,
    count: () => count,
  };
}

test('a change wakes only the watchers of its evaluation, once per commit', async () => {
  const notifications = openNotifications(database.siteUrl, () => undefined);
  const [one, other] = [counter(), counter()];
  const ready = one.next();
  const stop = notifications.watch(ONE, one.wake);
  notifications.watch(OTHER, other.wake);
  await ready; // Every watcher is woken when the connection is established.
  const before = { one: one.count(), other: other.count() };
  const woken = one.next();
  await database.runner.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_notify('evaluation_changed', ${ONE})`;
    await tx.$executeRaw`SELECT pg_notify('evaluation_changed', ${ONE})`;
  });
  await woken;
  stop();
  const passed = other.next();
  await notify(ONE);
  await notify(OTHER);
  await passed;
  expect({ one: one.count() - before.one, other: other.count() - before.other }).toEqual({
    one: 1,
    other: 1,
  });
  await notifications.close();
});

test('a lost connection is restored, and watchers are woken because they may have missed changes', async () => {
  const errors: Error[] = [];
  const notifications = openNotifications(database.siteUrl, (error) => errors.push(error));
  const one = counter();
  const ready = one.next();
  notifications.watch(ONE, one.wake);
  await ready;
  const back = one.next();
  const ended = await database.site.$queryRaw<unknown[]>`
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND query LIKE 'LISTEN%'`;
  expect(ended).toHaveLength(1);
  await back;
  expect(errors).toHaveLength(1);
  const woken = one.next();
  await notify(ONE);
  await woken;
  await notifications.close();
});
