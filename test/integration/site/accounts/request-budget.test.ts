import { afterAll, beforeAll, expect, test } from 'vitest';
import { RequestBudget } from '#lib/site/accounts/limits/request-budget.ts';
import { openTestDatabase, type TestDatabase } from '#test/support/database.ts';
import { unique } from '#test/support/site/scene.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** A process of the site that accepts 100 requests of an address in a minute. */
function openProcess(clock: { now: Date }): RequestBudget {
  const environment = { apiRequestsPerMinute: 100 } as ConstructorParameters<
    typeof RequestBudget
  >[0]['environment'];
  return new RequestBudget({ db: database.site, environment, now: () => clock.now });
}

/** How many of these requests at once are accepted. */
async function accepted(budgets: readonly RequestBudget[], address: string, each: number): Promise<number> {
  const sent = budgets.flatMap((budget) => Array.from({ length: each }, () => budget.take(address)));
  const answers = await Promise.allSettled(sent);
  for (const answer of answers) {
    if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
  }
  return answers.filter(({ status }) => status === 'fulfilled').length;
}

test('an address may send so many requests in a minute, to all processes together', async () => {
  const clock = { now: new Date() };
  const processes = [openProcess(clock), openProcess(clock)];
  const address = unique('address');
  expect(await accepted(processes, address, 90)).toBe(100);
  expect(await accepted(processes, address, 5)).toBe(0);
  expect(await accepted(processes, unique('address'), 5)).toBe(10);
  clock.now = new Date(clock.now.getTime() + 61_000);
  expect(await accepted(processes, address, 30)).toBe(60);
});

test('most requests write nothing', async () => {
  const clock = { now: new Date() };
  const budget = openProcess(clock);
  const before = await database.owner.rateLimit.findMany();
  const address = unique('address');
  for (let index = 0; index < 40; index++) await budget.take(address);
  const rows = (await database.owner.rateLimit.findMany()).filter(
    ({ key }) => !before.some((known) => known.key === key),
  );
  expect(rows).toMatchObject([{ count: 40 }]);
});
