import type { Row } from '#test/support/rights/attempts.ts';
import { form, state } from './form.ts';

const queue = (name: string) => `app/organize/[slug]/queue/actions.ts#${name}`;

/** The server actions of the console that concern the queue, runners and submissions. */
export const CONSOLE_ROWS: readonly Row[] = [
  form(queue('holdAction'), 'queue.hold', async ({ database, place }) => {
    const where = { challengeId: place.challengeId };
    await database.owner.hold.deleteMany({ where });
    return {
      page: `/organize/${place.slug}/queue`,
      state,
      fields: { challenge: place.slug, kind: 'phase', name: 'test', reason: 'The scorer is wrong.' },
      isDone: async () => (await database.owner.hold.count({ where })) === 1,
    };
  }),
  form(queue('releaseHoldAction'), 'queue.hold', async ({ database, place, team }) => {
    const key = { challengeId: place.challengeId, teamId: team.id };
    await database.owner.hold.deleteMany({ where: key });
    const { id } = await database.owner.hold.create({ data: { ...key, reason: 'x', heldBy: 'Olga' } });
    return {
      page: `/organize/${place.slug}/queue`,
      fields: { challenge: place.slug, hold: id },
      isDone: async () => (await database.owner.hold.count({ where: { id } })) === 0,
    };
  }),
  form(queue('drainRunnerAction'), 'runner.drain', async ({ database, place }) => {
    // Of a key that no test set is sealed to.
    const data = { name: `drained ${Math.random()}`, recipient: `age1${'z'.repeat(58)}`, host: {} };
    const { id } = await database.owner.runner.create({ data });
    return {
      page: `/organize/${place.slug}`,
      state,
      fields: { challenge: place.slug, runner: id, drain: 'yes' },
      isDone: async () =>
        (await database.owner.runner.count({ where: { id, drainRequestedAt: { not: null } } })) === 1,
    };
  }),
];
