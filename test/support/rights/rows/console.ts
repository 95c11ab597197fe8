import { EMPTY_SELECTION } from '#components/console/submissions/selection-state.ts';
import type { Action } from '#lib/domain/rights/actions.ts';
import type { Row } from '#test/support/rights/attempts.ts';
import type { Stage } from '#test/support/rights/stage.ts';
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
  decision('withdrawSubmissionAction', 'submission.withdraw', async ({ database }, submissionId) => {
    return (await database.owner.tombstone.count({ where: { submissionId, kind: 'WITHDRAWN' } })) === 1;
  }),
  decision('excludeSubmissionAction', 'submission.exclude', async ({ database }, submissionId) => {
    return (await database.owner.tombstone.count({ where: { submissionId, kind: 'EXCLUDED' } })) === 1;
  }),
  decision('includeSubmissionAction', 'submission.exclude', async ({ database }, submissionId) => {
    return (await database.owner.tombstone.count({ where: { submissionId, undoneAt: null } })) === 0;
  }),
  decision('returnQuotaAction', 'submission.returnQuota', async ({ database }, submissionId) => {
    return (await database.owner.quotaReturn.count({ where: { submissionId } })) === 1;
  }),
  ...(['name', 'drop'] as const).map((step) =>
    form(
      `app/submissions/[id]/actions.ts#${step}BaselineAction`,
      'submission.nameBaseline',
      async (stage) => {
        const { owner } = stage.database;
        const id = await stage.newSubmission('SCORED');
        const editor = stage.actors.find(({ name }) => name === 'editor')!.account!.userId;
        const slug = `${step}-baseline-${id}`;
        const members = { create: { userId: editor, role: 'OWNER' as const } };
        const team = await owner.team.create({ data: { slug, name: slug, members } });
        const standing = step === 'name' ? 'RANKED' : 'BASELINE';
        const baseline = { create: { name: id, formerStanding: 'RANKED' as const, namedBy: 'Olga' } };
        const data = { teamId: team.id, standing, ...(step === 'drop' && { baseline }) } as const;
        await owner.submission.update({ where: { id }, data });
        const wanted = step === 'name' ? 1 : 0;
        return {
          page: `/submissions/${id}`,
          state,
          fields: { submission: id, name: id.slice(0, 30) },
          isDone: async () =>
            (await owner.submission.count({ where: { id, standing: 'BASELINE' } })) === wanted,
        };
      },
    ),
  ),
  form(
    'app/organize/[slug]/phases/[phase]/actions.ts#removeRehearsalAction',
    'phase.rehearse',
    async (stage) => {
      // Of a phase that has opened, the site removes it.
      const place = await stage.newPlace({ opensAt: new Date(Date.now() + 3_600_000) });
      const id = await stage.newSubmission('SCORED', place);
      await stage.database.owner.submission.update({ where: { id }, data: { standing: 'REHEARSAL' } });
      return {
        page: `/organize/${place.slug}/phases/test`,
        state,
        fields: { challenge: place.slug, phase: 'test' },
        isDone: async () => (await stage.database.owner.submission.count({ where: { id } })) === 0,
      };
    },
  ),
  form(
    'app/organize/[slug]/submissions/actions.ts#changeManyAction',
    'submission.changeMany',
    async (stage) => {
      const id = await stage.newSubmission('QUEUED');
      const where = { submissionId: id, state: 'CANCELLED' as const };
      return {
        page: `/organize/${stage.place.slug}/submissions`,
        state: EMPTY_SELECTION,
        fields: { challenge: stage.place.slug, action: 'cancel', submission: id, confirmed: 'yes' },
        isDone: async () => (await stage.database.owner.evaluation.count({ where })) === 1,
      };
    },
  ),
  ...['request', 'confirm', 'withdraw'].map((step) =>
    form(`app/organize/[slug]/results/actions.ts#${step}DecisionAction`, 'ranking.freeze', async (stage) => {
      const { owner } = stage.database;
      const place = await stage.newPlace({ closesAt: new Date(Date.now() - 1000) });
      const { phaseId } = place;
      if (step === 'confirm') {
        await stage.newSubmission('SCORED', place);
        await fetch(new URL(`/challenges/${place.slug}/leaderboard`, stage.url));
      }
      const requestedById = stage.actors[1]!.account!.userId;
      const data = { phaseId, kind: 'FREEZE' as const, requestedById, needsTwo: false };
      const request = step === 'request' ? '' : (await owner.phaseDecision.create({ data })).id;
      const outcome = { request: null, confirm: 'CONFIRMED', withdraw: 'WITHDRAWN' }[step] as never;
      return {
        page: `/organize/${place.slug}/results`,
        state,
        fields: { challenge: place.slug, phase: 'test', decision: 'FREEZE', request },
        isDone: async () => (await owner.phaseDecision.count({ where: { phaseId, outcome } })) === 1,
      };
    }),
  ),
];

/** A decision about a scored submission. */
function decision(
  name: string,
  action: Action,
  isDecided: (stage: Stage, submissionId: string) => Promise<boolean>,
): Row {
  return form(`app/submissions/[id]/actions.ts#${name}`, action, async (stage) => {
    const id = await stage.newSubmission('SCORED');
    if (name === 'includeSubmissionAction') {
      const decidedById = stage.actors[1]!.account!.userId;
      const data = { submissionId: id, kind: 'EXCLUDED' as const, reason: 'x', decidedById };
      await stage.database.owner.tombstone.create({ data });
    }
    return {
      page: `/submissions/${id}`,
      state,
      fields: { submission: id, reason: 'Trained on the test cases' },
      isDone: () => isDecided(stage, id),
    };
  });
}
