import { SMALL_PICTURE } from '#test/support/imaging/small-picture.ts';
import { opensPage, type Row } from '#test/support/rights/attempts.ts';
import type { Actor, Stage } from '#test/support/rights/stage.ts';
import { unique } from '#test/support/site/scene.ts';
import { form, state } from './form.ts';

const organizers = (name: string) => `app/organize/[slug]/organizers/actions.ts#${name}`;

/** An organizer of the challenge whom nothing else is tried on. */
async function newReviewer({ database, place: { challengeId } }: Stage): Promise<string> {
  const data = { name: 'Reviewer', email: `${unique('reviewer')}@example.org` };
  const { id: userId } = await database.owner.user.create({ data });
  await database.owner.organizer.create({ data: { challengeId, userId, role: 'REVIEWER' } });
  return userId;
}

async function newInvitation({ database, place: { challengeId } }: Stage, email: string): Promise<string> {
  const expiresAt = new Date(Date.now() + 86_400_000);
  const data = { challengeId, email, role: 'REVIEWER' as const, expiresAt };
  await database.owner.organizerInvitation.deleteMany({ where: { challengeId, email } });
  return (await database.owner.organizerInvitation.create({ data })).id;
}

/** Of the actor; a visitor is invited at an address without an account. */
const emailOf = ({ account }: Actor) => account?.email ?? 'nobody@example.org';

const ORGANIZER_ROWS: readonly Row[] = [
  {
    entry: '/organize/[slug]/organizers',
    action: 'organizer.read',
    attempt: (stage, actor) => opensPage(stage, actor, `/organize/${stage.place.slug}/organizers`),
  },
  {
    entry: '/organize/invitations/[id]',
    action: 'organizer.accept',
    attempt: async (stage, actor) =>
      opensPage(stage, actor, `/organize/invitations/${await newInvitation(stage, emailOf(actor))}`),
  },
  form(
    'app/organize/invitations/[id]/actions.ts#acceptOrganizerInvitationAction',
    'organizer.accept',
    async (stage, actor) => {
      const id = await newInvitation(stage, emailOf(actor));
      if (actor.account) {
        const data = { emailVerifiedAt: new Date() };
        await stage.database.owner.user.update({ where: { id: actor.account.userId }, data });
      }
      // Nobody becomes an organizer of the challenge that everything is tried on.
      const { challengeId } = await stage.newPlace();
      await stage.database.owner.organizerInvitation.update({ where: { id }, data: { challengeId } });
      return {
        page: `/organize/invitations/${id}`,
        state,
        fields: { invitation: id },
        isDone: async () => (await stage.database.owner.organizerInvitation.count({ where: { id } })) === 0,
      };
    },
  ),
  form(organizers('inviteOrganizerAction'), 'organizer.manage', ({ database, place }) => {
    const email = `${unique('invited')}@example.org`;
    return {
      page: `/organize/${place.slug}/organizers`,
      state,
      fields: { challenge: place.slug, email, role: 'EDITOR' },
      isDone: async () => (await database.owner.organizerInvitation.count({ where: { email } })) === 1,
    };
  }),
  form(organizers('revokeOrganizerInvitationAction'), 'organizer.manage', async (stage) => {
    const id = await newInvitation(stage, `${unique('revoked')}@example.org`);
    return {
      page: `/organize/${stage.place.slug}/organizers`,
      state,
      fields: { challenge: stage.place.slug, invitation: id },
      isDone: async () => (await stage.database.owner.organizerInvitation.count({ where: { id } })) === 0,
    };
  }),
  form(organizers('changeOrganizerAction'), 'organizer.manage', async (stage) => {
    const userId = await newReviewer(stage);
    const where = { userId, role: 'EDITOR' as const };
    return {
      page: `/organize/${stage.place.slug}/organizers`,
      state,
      fields: { challenge: stage.place.slug, user: userId, role: 'EDITOR' },
      isDone: async () => (await stage.database.owner.organizer.count({ where })) === 1,
    };
  }),
  form(organizers('removeOrganizerAction'), 'organizer.manage', async (stage) => {
    const userId = await newReviewer(stage);
    return {
      page: `/organize/${stage.place.slug}/organizers`,
      state,
      fields: { challenge: stage.place.slug, user: userId },
      isDone: async () => (await stage.database.owner.organizer.count({ where: { userId } })) === 0,
    };
  }),
  form(organizers('removeOrganizerAction'), 'organizer.leave', async (stage, actor) => {
    const { slug, challengeId } = await stage.newPlace();
    const userId = actor.account?.userId ?? crypto.randomUUID();
    // So that the owner may go.
    const data = { name: 'Owner', email: `${unique('owner')}@example.org` };
    const { id } = await stage.database.owner.user.create({ data });
    await stage.database.owner.organizer.create({ data: { challengeId, userId: id, role: 'OWNER' } });
    const where = { challengeId, userId };
    // An administrator isn't an organizer; they become one to leave.
    if (actor.name === 'administrator') {
      await stage.database.owner.organizer.create({ data: { ...where, role: 'REVIEWER' } });
    }
    const before = await stage.database.owner.organizer.count({ where });
    return {
      page: `/organize/${slug}/organizers`,
      state,
      fields: { challenge: slug, user: userId },
      isDone: async () => before === 1 && (await stage.database.owner.organizer.count({ where })) === 0,
    };
  }),
];

const HASH = 'a'.repeat(64);
const settings = (name: string) => `app/organize/[slug]/settings/logo-actions.ts#${name}`;

/** A challenge whose logo nothing else is tried on. */
async function placeWithLogo(stage: Stage) {
  const place = await stage.newPlace();
  const { challengeId } = place;
  const data = { challengeId, hash: HASH, content: SMALL_PICTURE, width: 1, height: 1, alt: 'A brain' };
  await stage.database.owner.challengeLogo.create({ data });
  return place;
}

const LOGO_ROWS: readonly Row[] = [
  {
    entry: '/challenges/[slug]/logo/[hash]',
    action: 'challenge.read',
    attempt: async (stage, actor) =>
      opensPage(stage, actor, `/challenges/${(await placeWithLogo(stage)).slug}/logo/${HASH}`),
  },
  form(settings('setLogoAction'), 'challenge.edit', async (stage) => {
    const { slug, challengeId } = await stage.newPlace();
    return {
      page: `/organize/${slug}/settings`,
      state,
      fields: { challenge: slug, logo: new Blob([SMALL_PICTURE]), alt: 'A brain' },
      isDone: async () => (await stage.database.owner.challengeLogo.count({ where: { challengeId } })) === 1,
    };
  }),
  form(settings('removeLogoAction'), 'challenge.edit', async (stage) => {
    const { slug, challengeId } = await placeWithLogo(stage);
    return {
      page: `/organize/${slug}/settings`,
      state,
      fields: { challenge: slug },
      isDone: async () => (await stage.database.owner.challengeLogo.count({ where: { challengeId } })) === 0,
    };
  }),
];

/** Pages and server actions with which challenges are made. */
export const CHALLENGE_ROWS: readonly Row[] = [
  ...ORGANIZER_ROWS,
  {
    entry: '/challenges/[slug]',
    action: 'challenge.readDraft',
    attempt: async (stage, actor) => {
      const { challengeId: id, slug } = await stage.newPlace();
      await stage.database.owner.challenge.update({ where: { id }, data: { visibility: 'DRAFT' } });
      return opensPage(stage, actor, `/challenges/${slug}`);
    },
  },
  form('app/challenges/[slug]/submit/actions.ts#acceptTermsAction', 'team.acceptTerms', async (stage) => {
    const { challengeId, slug } = await stage.newPlace();
    const { owner } = stage.database;
    const data = { terms: 'Be kind.', termsVersion: 1 };
    await owner.challenge.update({ where: { id: challengeId }, data });
    await owner.challengeTerms.create({ data: { challengeId, version: 1, text: 'Be kind.' } });
    return {
      page: `/challenges/${slug}/submit`,
      state,
      fields: { challenge: slug, team: stage.team.slug, terms: 'yes', 'terms-version': '1' },
      isDone: async () => (await owner.termsAcceptance.count({ where: { challengeId } })) === 1,
    };
  }),
  ...LOGO_ROWS,
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
