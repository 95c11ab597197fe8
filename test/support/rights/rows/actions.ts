import { EMPTY_DEFINITION_FORM, FIELDS } from '#components/console/definition/definition-state.ts';
import { findChanges } from '#lib/domain/phases/changes.ts';
import { NO_FACTS } from '#lib/domain/phases/facts.ts';
import type { ChallengeDefinition } from '#lib/domain/phases/phase.ts';
import { definitionOf, versionOf } from '#lib/site/challenges/definition.ts';
import { findChallenge } from '#lib/site/challenges/find-challenge.ts';
import type { Row } from '#test/support/rights/attempts.ts';
import { definedPlace } from '#test/support/rights/defined-place.ts';
import { PASSWORD, type Stage } from '#test/support/rights/stage.ts';
import { unique } from '#test/support/site/scene.ts';
import { form, setsCookie, state } from './form.ts';

const ACCOUNT = { page: '/account' };
const account = (name: string) => `app/account/actions.ts#${name}`;

const attemptsOf = ({ database }: Stage, submissionId: string) =>
  database.owner.evaluation.count({ where: { submissionId } });

const NO_CASES = { scoredAgain: 0, failed: 0, notKept: 0, lost: 0 };

/** Every server action. */
export const ACTION_ROWS: readonly Row[] = [
  form('app/actions.ts#setTheme', 'site.visit', () => ({
    page: '/',
    fields: { theme: 'dark' },
    isDone: (response) => setsCookie(response, 'heldout-theme=dark'),
  })),
  form('app/actions.ts#signOut', 'account.signIn', () => ({
    page: '/',
    isDone: (response) => setsCookie(response, 'heldout.session=;'),
  })),
  form('app/sign-in/actions.ts#signInAction', 'account.signIn', ({ actors }, actor) => ({
    page: '/sign-in',
    state,
    fields: { email: (actor.account ?? actors[1]!.account!).email, password: PASSWORD, next: '/' },
    isDone: (response) => setsCookie(response, 'heldout.session='),
  })),
  form('app/sign-up/actions.ts#signUpAction', 'account.signUp', ({ database }) => {
    const email = `${unique('new')}@example.org`;
    return {
      page: '/sign-up',
      state,
      fields: { name: 'Ada', email, password: PASSWORD, next: '/' },
      isDone: async () => (await database.owner.emailLink.count({ where: { email } })) === 1,
    };
  }),
  form(account('changeProfileAction'), 'account.change', ({ database }) => {
    const name = unique('Renamed');
    return {
      ...ACCOUNT,
      state,
      fields: { name, affiliation: '', country: '', orcid: '' },
      isDone: async () => (await database.owner.user.count({ where: { name } })) === 1,
    };
  }),
  form(account('changePasswordAction'), 'account.change', async ({ database }, { account: own }) => {
    const hashOf = async () =>
      own && (await database.owner.user.findUniqueOrThrow({ where: { id: own.userId } })).passwordHash;
    const before = await hashOf();
    return {
      ...ACCOUNT,
      state,
      fields: { 'current-password': PASSWORD, 'new-password': `${PASSWORD} too` },
      isDone: async () => (await hashOf()) !== before,
    };
  }),
  form(account('createTokenAction'), 'token.create', ({ database }) => {
    const name = unique('token');
    return {
      ...ACCOUNT,
      state,
      fields: { 'token-name': name, password: PASSWORD, scopes: 'read' },
      isDone: async () => (await database.owner.apiToken.count({ where: { name } })) === 1,
    };
  }),
  form(account('revokeTokenAction'), 'token.revoke', async ({ database, actors }, actor) => {
    const { userId } = (actor.account ?? actors[1]!.account)!;
    const data = { userId, name: 'laptop', tokenHash: unique('hash'), scopes: ['read'] };
    const { id } = await database.owner.apiToken.create({ data });
    return {
      ...ACCOUNT,
      fields: { token: id },
      isDone: async () => (await database.owner.apiToken.count({ where: { id } })) === 0,
    };
  }),
  form(account('endSessionAction'), 'session.end', async ({ database, actors }, actor) => {
    const { userId } = (actor.account ?? actors[1]!.account)!;
    const expiresAt = new Date(Date.now() + 60_000);
    const data = { userId, tokenHash: unique('hash'), browser: 'Firefox', expiresAt };
    const { id } = await database.owner.session.create({ data });
    return {
      ...ACCOUNT,
      fields: { session: id },
      isDone: async () => (await database.owner.session.count({ where: { id } })) === 0,
    };
  }),
  form(account('signOutEverywhereAction'), 'session.end', async (stage, actor) => ({
    ...ACCOUNT,
    isDone: async () =>
      actor.account !== null &&
      (await stage.database.owner.session.count({ where: { userId: actor.account.userId } })) === 0,
  })),
  form('app/unsubscribe/actions.ts#unsubscribeAction', 'mail.unsubscribe', (stage) => {
    const { email, token } = stage.newUnsubscription();
    return {
      ...{ page: `/unsubscribe?token=${token}`, state, fields: { token } },
      isDone: async () => (await stage.database.owner.mailOptOut.count({ where: { email } })) === 1,
    };
  }),
  form('app/unsubscribe/actions.ts#resubscribeAction', 'mail.unsubscribe', async (stage) => {
    const { email, token } = stage.newUnsubscription();
    await stage.database.owner.mailOptOut.create({ data: { email, kind: 'invitation' } });
    return {
      ...{ page: `/unsubscribe?token=${token}`, state, fields: { token } },
      isDone: async () => (await stage.database.owner.mailOptOut.count({ where: { email } })) === 0,
    };
  }),
  form('app/teams/new/actions.ts#createTeamAction', 'team.create', ({ database }) => {
    const name = unique('Created');
    return {
      page: '/teams/new',
      state,
      fields: { name, next: '/' },
      isDone: async () => (await database.owner.team.count({ where: { name } })) === 1,
    };
  }),
  form(
    'app/challenges/[slug]/submit/actions.ts#registerTeamAction',
    'team.register',
    async ({ database, newPlace, team }) => {
      const { slug, challengeId } = await newPlace();
      return {
        page: `/challenges/${slug}/submit`,
        state,
        fields: { challenge: slug, team: team.slug },
        isDone: async () => (await database.owner.registration.count({ where: { challengeId } })) === 1,
      };
    },
  ),
  ...(['publish', 'drop'] as const).map((name) =>
    form(
      `app/organize/[slug]/rescorings/actions.ts#${name}RescoringAction`,
      'rescoring.decide',
      async ({ database, place }) => {
        const phase = { slug: 'test', challenge: { slug: place.slug } };
        const { id: phaseId } = await database.owner.phase.findFirstOrThrow({ where: phase });
        const report = { changed: false, summary: 'MEAN', cases: NO_CASES, submissions: [] };
        const { id } = await database.owner.rescoring.create({ data: { phaseId, versions: {}, report } });
        return {
          page: `/organize/${place.slug}/rescorings`,
          state,
          fields: { challenge: place.slug, rescoring: id },
          isDone: async () =>
            (await database.owner.rescoring.count({ where: { id, state: { not: 'SHADOW' } } })) === 1,
        };
      },
    ),
  ),
  form(
    'app/organize/[slug]/registrations/actions.ts#decideRegistrationsAction',
    'registration.decide',
    ({ database, place, team }) => {
      const group = unique('group');
      return {
        page: `/organize/${place.slug}/registrations`,
        state,
        fields: { challenge: place.slug, team: team.slug, decision: 'group', group },
        isDone: async () => (await database.owner.registration.count({ where: { group } })) === 1,
      };
    },
  ),
  form('app/submissions/[id]/actions.ts#cancelSubmissionAction', 'submission.cancel', async (stage) => {
    const id = await stage.newSubmission('QUEUED');
    const where = { submissionId: id, state: 'CANCELLED' as const };
    return {
      page: `/submissions/${id}`,
      fields: { submission: id },
      isDone: async () => (await stage.database.owner.evaluation.count({ where })) === 1,
    };
  }),
  form('app/submissions/[id]/actions.ts#rerunSubmissionAction', 'submission.rerun', async (stage) => {
    const id = await stage.newSubmission('DISK_FULL');
    return {
      page: `/submissions/${id}`,
      fields: { submission: id },
      isDone: async () => (await attemptsOf(stage, id)) === 2,
    };
  }),
  form('app/submissions/[id]/actions.ts#selectSubmissionAction', 'submission.select', async (stage) => {
    const id = await stage.newSubmission('SCORED', await stage.newPlace({ counting: 'SELECTED' }));
    const where = { id, selectedAt: { not: null } };
    return {
      page: `/submissions/${id}`,
      fields: { submission: id },
      isDone: async () => (await stage.database.owner.submission.count({ where })) === 1,
    };
  }),
  form('app/organize/[slug]/actions.ts#rerunPlatformFailuresAction', 'submission.rerun', async (stage) => {
    const place = await stage.newPlace();
    const id = await stage.newSubmission('DISK_FULL', place);
    return {
      page: `/organize/${place.slug}`,
      fields: { challenge: place.slug },
      isDone: async () => (await attemptsOf(stage, id)) === 2,
    };
  }),
  definition('editChallengeAction', 'settings', { title: 'Renamed' }),
  definition('editPhaseAction', 'phases/test', { title: 'Renamed' }),
  definition('addPhaseAction', 'phases/new', { title: 'Added', slug: 'added' }),
  form('app/organize/[slug]/settings/actions.ts#removePhaseAction', 'challenge.edit', async (stage) => {
    const place = await stage.newPlace();
    const { challengeId, phaseId } = place;
    const { id: _id, ...row } = await stage.database.owner.phase.findUniqueOrThrow({
      where: { id: phaseId },
    });
    const data = { ...row, slug: 'spare', testSetId: null, gpu: undefined } as never;
    await stage.database.owner.phase.create({ data });
    return {
      page: `/organize/${place.slug}/phases/spare`,
      fields: { [FIELDS.challenge]: place.slug, [FIELDS.phase]: 'spare' },
      isDone: async () => (await stage.database.owner.phase.count({ where: { challengeId } })) === 1,
    };
  }),
  form(
    'app/organize/[slug]/phases/[phase]/actions.ts#grantExceptionAction',
    'phase.grantException',
    async (stage) => {
      const { place, team } = stage;
      const where = { phaseId: place.phaseId, teamId: team.id };
      await stage.database.owner.phaseException.deleteMany({ where });
      return {
        page: `/organize/${place.slug}/phases/test`,
        state,
        fields: {
          ...{ challenge: place.slug, phase: 'test', team: team.slug },
          ...{ closesAt: '', moreTotal: '2', morePerDay: '', reason: 'Their network was down.' },
        },
        isDone: async () => (await stage.database.owner.phaseException.count({ where })) === 1,
      };
    },
  ),
  form(
    'app/organize/[slug]/phases/[phase]/actions.ts#revokeExceptionAction',
    'phase.grantException',
    async (stage) => {
      const { place, team } = stage;
      const key = { phaseId: place.phaseId, teamId: team.id };
      const data = { ...key, moreTotal: 1, reason: 'x', grantedBy: 'Olga' };
      await stage.database.owner.phaseException.deleteMany({ where: key });
      await stage.database.owner.phaseException.create({ data });
      return {
        page: `/organize/${place.slug}/phases/test`,
        fields: { challenge: place.slug, phase: 'test', team: team.slug },
        isDone: async () => (await stage.database.owner.phaseException.count({ where: key })) === 0,
      };
    },
  ),
];

/** A form of settings, which saves only the changes that it has shown before. */
function definition(name: string, page: string, fields: { title: string; slug?: string }): Row {
  const entry = `app/organize/[slug]/settings/actions.ts#${name}`;
  return form(entry, 'challenge.edit', async (stage) => {
    const place = await definedPlace(stage);
    const next = changedBy(name, place.definition, fields);
    const changes = findChanges(place.definition, next, () => ({ ...NO_FACTS, now: new Date() }));
    return {
      page: `/organize/${place.slug}/${page}`,
      state: EMPTY_DEFINITION_FORM,
      fields: {
        ...{
          ...fields,
          [FIELDS.challenge]: place.slug,
          [FIELDS.phase]: 'test',
          [FIELDS.version]: place.version,
        },
        ...{ [FIELDS.intent]: 'save', [FIELDS.reviewed]: JSON.stringify(changes) },
      },
      isDone: async () => {
        const { db } = { db: stage.database.site };
        return versionOf(definitionOf(await findChallenge({ db }, place.slug, null))) === versionOf(next);
      },
    };
  });
}

function changedBy(
  name: string,
  definition: ChallengeDefinition,
  { title, slug }: { title: string; slug?: string },
): ChallengeDefinition {
  const phase = { ...definition.phases[0]!, title };
  if (name === 'editPhaseAction') return { ...definition, phases: [phase] };
  if (slug === undefined) return { ...definition, title };
  return { ...definition, phases: [...definition.phases, { ...phase, slug }] };
}
