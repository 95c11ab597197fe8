import type { Role } from '#lib/domain/rights/roles.ts';
import { createEmailLink, type EmailLinkPurpose } from '#lib/site/accounts/email-links/email-links.ts';
import { hashPassword } from '#lib/site/accounts/passwords.ts';
import { startSession } from '#lib/site/accounts/sessions.ts';
import { unsubscribeToken } from '#lib/site/mail/unsubscribe.ts';
import type { Site } from '#lib/site/site.ts';
import type { TestDatabase } from '#test/support/database.ts';
import { HEX64, newScene, type SceneOptions, unique } from '#test/support/site/scene.ts';
import { recordScores } from '#test/support/site/scores/record-scores.ts';

/** Everybody who may come, and their role towards the team and the challenge that everything is tried on. */
export const ACTORS = {
  visitor: 'visitor',
  stranger: 'account',
  'member of another team': 'account',
  'team member': 'teamMember',
  'team owner': 'teamOwner',
  reviewer: 'reviewer',
  editor: 'editor',
  'owner of the challenge': 'owner',
  'organizer of another challenge': 'otherOrganizer',
  administrator: 'administrator',
} as const satisfies Readonly<Record<string, Role>>;
export type ActorName = keyof typeof ACTORS;
export const ACTOR_NAMES = Object.keys(ACTORS) as ActorName[];

export const PASSWORD = 'correct horse battery';

export interface Actor {
  name: ActorName;
  /** null for a visitor. */
  account: { userId: string; email: string } | null;
}

export interface Place {
  challengeId: string;
  slug: string;
  phaseId: string;
}

/** A running site with its cast, and what the actors try their actions on. */
export interface Stage {
  url: string;
  database: TestDatabase;
  actors: readonly Actor[];
  team: { id: string; slug: string };
  place: Place;
  /** The key of a runner. */
  recipient: string;
  /** Of the site, which makes the links of invitations with it. */
  sessionSecret: string;
  /** A new session of an actor, as a Cookie header; none for a visitor. */
  cookieOf(actor: Actor): Promise<Record<string, string>>;
  /** Another challenge with the same organizers. */
  newPlace(options?: SceneOptions): Promise<Place>;
  /** A submission of the team whose only attempt is in this state. */
  newSubmission(state: 'QUEUED' | 'SCORED' | 'DISK_FULL', place?: Place): Promise<string>;
  newImage(): Promise<string>;
  /** What the link of a mail has; of an address that no other attempt uses. */
  newUnsubscription(): { email: string; token: string };
  /** A link of a mail, to the account of an actor or of any. Returns its token. */
  newLink(actor: Actor, purpose: EmailLinkPurpose): Promise<string>;
}

interface Options {
  url: string;
  database: TestDatabase;
  sessionSecret: string;
  recipient: string;
}

const ORGANIZERS = {
  reviewer: 'REVIEWER',
  editor: 'EDITOR',
  'owner of the challenge': 'OWNER',
} as const;

export async function setStage({ url, database, sessionSecret, recipient }: Options): Promise<Stage> {
  const { owner, site: db } = database;
  const passwordHash = await hashPassword(PASSWORD);
  const actors: Actor[] = [];
  for (const name of ACTOR_NAMES) {
    if (name === 'visitor') {
      actors.push({ name, account: null });
      continue;
    }
    const email = `${unique('actor')}@example.org`;
    const isAdmin = name === 'administrator';
    const { id } = await owner.user.create({ data: { name, email, passwordHash, isAdmin } });
    actors.push({ name, account: { userId: id, email } });
  }
  const idOf = (name: ActorName) => actors.find((actor) => actor.name === name)!.account!.userId;

  const newPlace = async (options: SceneOptions = {}): Promise<Place> => {
    const { challengeId, challengeSlug, phaseId } = await newScene(owner, options);
    for (const [name, role] of Object.entries(ORGANIZERS)) {
      await owner.organizer.create({ data: { challengeId, userId: idOf(name as ActorName), role } });
    }
    return { challengeId, slug: challengeSlug, phaseId };
  };
  const place = await newPlace();
  const other = await newScene(owner);
  await owner.organizer.create({
    data: {
      challengeId: other.challengeId,
      userId: idOf('organizer of another challenge'),
      role: 'OWNER',
    },
  });
  const newTeam = async (ownerId: string) => {
    const slug = unique('team');
    const members = { create: { userId: ownerId, role: 'OWNER' as const } };
    const registrations = { create: { challengeId: place.challengeId } };
    return owner.team.create({ data: { slug, name: slug, members, registrations } });
  };
  const team = await newTeam(idOf('team owner'));
  await owner.membership.create({
    data: { teamId: team.id, userId: idOf('team member'), role: 'MEMBER' },
  });
  await newTeam(idOf('member of another team'));

  const newImage = async () => {
    const data = { teamId: team.id, fileName: 'image.tar.gz', bytes: 10n, sha256: HEX64 };
    return (await owner.image.create({ data })).id;
  };
  const newSubmission: Stage['newSubmission'] = async (state, { phaseId } = place) => {
    const attempt = state === 'DISK_FULL' ? { state: 'FAILED' as const, code: state } : {};
    const row = await owner.submission.create({
      data: {
        ...{ phaseId, teamId: team.id, userId: idOf('team owner'), imageId: await newImage() },
        algorithm: 'threshold 1',
        evaluations: { create: { caseCount: 2, ...attempt } },
      },
      include: { evaluations: true },
    });
    if (state === 'SCORED') {
      const metrics = { dice: 0.5, volume_difference: 1 };
      await recordScores(database, row.evaluations[0]!.id, [
        { status: 'SCORED', metrics },
        { status: 'SCORED', metrics },
      ]);
    }
    return row.id;
  };
  // What starting a session needs of a site.
  const site = { db, environment: { sessionSecret }, now: () => new Date() } as Site;
  const cookieOf = async ({ account }: Actor): Promise<Record<string, string>> => {
    if (!account) return {};
    await owner.user.update({ where: { id: account.userId }, data: { passwordHash } });
    const token = await startSession(site, { userId: account.userId, passwordHash }, 'Firefox');
    return { cookie: `heldout.session=${token}` };
  };
  const newUnsubscription = () => {
    const email = `${unique('reader')}@example.org`;
    return { email, token: unsubscribeToken(site, { email, kind: 'invitation' }) };
  };
  const newLink = async ({ account }: Actor, purpose: EmailLinkPurpose): Promise<string> => {
    const { userId, email } = (account ?? actors[1]!.account)!;
    const link =
      purpose === 'SIGN_UP'
        ? { purpose, email: `${unique('new')}@example.org`, userId: null, name: 'Ada', passwordHash }
        : { purpose, email, userId };
    return (await createEmailLink(site, owner, link)).token;
  };
  return {
    ...{ url, database, actors, team, place, recipient, sessionSecret },
    ...{ cookieOf, newPlace, newSubmission, newImage, newUnsubscription, newLink },
  };
}
