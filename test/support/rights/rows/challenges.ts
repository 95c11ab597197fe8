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
  form(
    'app/organize/[slug]/registrations/actions.ts#releasePersonAction',
    'registration.release',
    async ({ database, place, team }) => {
      const email = `${unique('bound')}@example.org`;
      const { id: userId } = await database.owner.user.create({ data: { name: 'Bound', email } });
      const bound = { challengeId: place.challengeId, userId, teamId: team.id };
      await database.owner.participation.create({ data: bound });
      return {
        page: `/organize/${place.slug}/registrations`,
        state,
        fields: { challenge: place.slug, email, reason: 'Moved.' },
        isDone: async () => (await database.owner.participation.count({ where: bound })) === 0,
      };
    },
  ),
];
