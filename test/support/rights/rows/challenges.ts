import { opensPage, type Row } from '#test/support/rights/attempts.ts';
import { unique } from '#test/support/site/scene.ts';
import { form, state } from './form.ts';

/** Pages and server actions with which challenges are made. */
export const CHALLENGE_ROWS: readonly Row[] = [
  {
    entry: '/challenges/[slug]',
    action: 'challenge.readDraft',
    attempt: async (stage, actor) => {
      const { challengeId: id, slug } = await stage.newPlace();
      await stage.database.owner.challenge.update({ where: { id }, data: { visibility: 'DRAFT' } });
      return opensPage(stage, actor, `/challenges/${slug}`);
    },
  },
  form('app/organize/new/actions.ts#startChallengeAction', 'challenge.create', ({ database }) => {
    const slug = unique('started');
    return {
      page: '/organize/new',
      state,
      fields: { source: 'template:stroke-t1', title: 'Started', slug },
      isDone: async () => (await database.owner.challenge.count({ where: { slug } })) === 1,
    };
  }),
];
