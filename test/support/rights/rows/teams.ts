import { EMPTY_FORM } from '#components/ui/form-state.ts';
import type { Action } from '#lib/domain/rights/actions.ts';
import { invitationToken } from '#lib/site/teams/invitation-token.ts';
import { calls, opensPage, type Row, sendsForm } from '#test/support/rights/attempts.ts';
import type { Actor, Stage } from '#test/support/rights/stage.ts';
import { unique } from '#test/support/site/scene.ts';

/** A team of the cast that only one attempt changes: its owner, a member, and somebody who asks to join. */
interface Own {
  slug: string;
  name: string;
  id: string;
  memberId: string;
  requestId: string;
  invitationId: string;
  token: string;
  /** A request of another team to merge into it. */
  mergeId: string;
}

const DAY_MS = 86_400_000;

async function newTeam({ database: { owner }, actors, sessionSecret }: Stage): Promise<Own> {
  const idOf = (name: string) => actors.find((actor) => actor.name === name)!.account!.userId;
  const person = () => owner.user.create({ data: { name: 'Bob', email: `${unique('bob')}@example.org` } });
  const [member, asking, other] = [await person(), await person(), await person()];
  const slug = unique('team');
  const team = await owner.team.create({
    data: {
      slug,
      name: slug,
      members: {
        create: [
          { userId: idOf('team owner'), role: 'OWNER' },
          { userId: idOf('team member'), role: 'MEMBER' },
          { userId: member.id, role: 'MEMBER' },
        ],
      },
    },
  });
  const request = await owner.joinRequest.create({
    data: { teamId: team.id, userId: asking.id, message: 'Hi' },
  });
  const expiresAt = new Date(Date.now() + DAY_MS);
  const invitation = await owner.invitation.create({ data: { teamId: team.id, maxUses: 9, expiresAt } });
  const from = unique('from');
  const members = { create: { userId: other.id, role: 'OWNER' as const } };
  const asks = { create: { intoTeamId: team.id } };
  const merging = await owner.team.create({
    data: { slug: from, name: from, members, mergesFrom: asks },
    include: { mergesFrom: true },
  });
  return {
    ...{
      slug,
      name: slug,
      id: team.id,
      memberId: member.id,
      requestId: request.id,
      invitationId: invitation.id,
    },
    token: invitationToken({ sessionSecret }, invitation.id),
    mergeId: merging.mergesFrom[0]!.id,
  };
}

/** A team that nobody of the cast is in, for those who join. */
async function newForeignTeam(stage: Stage): Promise<Own> {
  const team = await newTeam(stage);
  const { owner } = stage.database;
  const where = { teamId: team.id, userId: { not: team.memberId } };
  await owner.$transaction([
    owner.membership.deleteMany({ where }),
    owner.membership.updateMany({ where: { teamId: team.id }, data: { role: 'OWNER' } }),
  ]);
  return team;
}

/** Its owner has handed it over to the other member: a team's owner can't leave it. */
async function newHandedOverTeam(stage: Stage): Promise<Own> {
  const team = await newTeam(stage);
  const { owner } = stage.database;
  const { id: teamId, memberId: userId } = team;
  await owner.$transaction([
    owner.membership.updateMany({ where: { teamId }, data: { role: 'MEMBER' } }),
    owner.membership.updateMany({ where: { teamId, userId }, data: { role: 'OWNER' } }),
  ]);
  return team;
}

const TEAM = '/api/v1/teams/{slug}';
const INVITATION = '/api/v1/invitations/{token}';

function route(
  entry: string,
  action: Action,
  { json, of = newTeam }: { json?: (team: Own) => unknown; of?: (stage: Stage) => Promise<Own> } = {},
): Row {
  const [method, path] = entry.split(' ') as ['GET' | 'POST', string];
  return {
    entry,
    action,
    attempt: async (stage: Stage, actor: Actor) => {
      const team = await of(stage);
      const id = path.includes('/requests/')
        ? team.requestId
        : path.includes('/merges/')
          ? team.mergeId
          : team.invitationId;
      const values = { slug: team.slug, token: team.token, member: team.memberId, id };
      const address = path.replaceAll(/\{(\w+)\}/g, (_, name: keyof typeof values) => values[name]);
      return calls(stage, actor, address, { method, ...(json ? { json: json(team) } : {}) });
    },
  };
}

const state = EMPTY_FORM;

function form(
  name: string,
  action: Action,
  fields: (team: Own) => Record<string, string>,
  isDone: (stage: Stage, team: Own, actor: Actor) => Promise<boolean>,
  of: (stage: Stage) => Promise<Own> = newTeam,
): Row {
  const entry = `app/teams/[slug]/actions.ts#${name}`;
  return {
    entry,
    action,
    attempt: async (stage, actor) => {
      const team = await of(stage);
      const page = `/teams/${team.slug}`;
      const sent = { action: entry, page, state, fields: { team: team.slug, ...fields(team) } };
      await (await sendsForm(stage, actor, sent)).text();
      return isDone(stage, team, actor);
    },
  };
}

const requestState = async ({ database: { owner } }: Stage, { requestId }: Own) =>
  (await owner.joinRequest.findUniqueOrThrow({ where: { id: requestId } })).state;
const isMember = async ({ database: { owner } }: Stage, teamId: string, userId: string) =>
  (await owner.membership.count({ where: { teamId, userId } })) === 1;

/** Routes, pages and forms of teams. */
export const TEAM_ROWS: readonly Row[] = [
  route(`GET ${TEAM}`, 'team.read'),
  route(`GET ${TEAM}/management`, 'team.manage'),
  route(`POST ${TEAM}/invitations`, 'team.invite', { json: () => ({}) }),
  route(`POST ${TEAM}/invitations/{id}/revoke`, 'team.invite'),
  route(`GET ${INVITATION}`, 'invitation.read'),
  route(`POST ${INVITATION}/accept`, 'team.join'),
  route(`POST ${TEAM}/requests`, 'team.askToJoin', { json: () => ({ message: 'Hi' }), of: newForeignTeam }),
  route(`POST ${TEAM}/requests/{id}/decision`, 'team.decideRequest', {
    json: () => ({ decision: 'accept' }),
  }),
  route(`POST ${TEAM}/members/{member}/remove`, 'team.removeMember'),
  route(`POST ${TEAM}/visibility`, 'team.show', { json: () => ({ isShown: true }) }),
  route(`POST ${TEAM}/leave`, 'team.leave', { of: newHandedOverTeam }),
  route(`POST ${TEAM}/hand-over`, 'team.handOver', { json: ({ memberId }) => ({ member: memberId }) }),
  route(`POST ${TEAM}/dissolve`, 'team.dissolve', { json: ({ name }) => ({ name }) }),
  {
    entry: `POST ${TEAM}/merges`,
    action: 'team.merge',
    attempt: async (stage, actor) => {
      const [from, into] = [await newTeam(stage), await newForeignTeam(stage)];
      const json = { into: into.slug };
      return calls(stage, actor, `/api/v1/teams/${from.slug}/merges`, { method: 'POST', json });
    },
  },
  route(`POST ${TEAM}/merges/{id}/decision`, 'team.merge', { json: () => ({ decision: 'accept' }) }),
  {
    entry: '/teams/[slug]',
    action: 'team.read',
    attempt: async (stage, actor) => opensPage(stage, actor, `/teams/${(await newTeam(stage)).slug}`),
  },
  {
    entry: '/teams/[slug]/manage',
    action: 'team.manage',
    attempt: async (stage, actor) => opensPage(stage, actor, `/teams/${(await newTeam(stage)).slug}/manage`),
  },
  {
    entry: '/invitations/[token]',
    action: 'invitation.read',
    attempt: async (stage, actor) => opensPage(stage, actor, `/invitations/${(await newTeam(stage)).token}`),
  },
  {
    entry: 'app/invitations/[token]/actions.ts#acceptInvitationAction',
    action: 'team.join',
    attempt: async (stage, actor) => {
      const team = await newForeignTeam(stage);
      const action = 'app/invitations/[token]/actions.ts#acceptInvitationAction';
      const page = `/invitations/${team.token}`;
      await (await sendsForm(stage, actor, { action, page, state, fields: { token: team.token } })).text();
      return actor.account !== null && isMember(stage, team.id, actor.account.userId);
    },
  },
  form(
    'inviteByLinkAction',
    'team.invite',
    () => ({ maxUses: '2', days: '3' }),
    async ({ database }, { id }) => {
      return (await database.owner.invitation.count({ where: { teamId: id, maxUses: 2 } })) === 1;
    },
  ),
  form(
    'inviteByMailAction',
    'team.invite',
    () => ({ email: `${unique('new')}@example.org` }),
    async (stage, team) => {
      const where = { teamId: team.id, email: { not: null } };
      return (await stage.database.owner.invitation.count({ where })) === 1;
    },
  ),
  form(
    'revokeInvitationAction',
    'team.invite',
    ({ invitationId }) => ({ invitation: invitationId }),
    async ({ database }, { invitationId: id }) =>
      (await database.owner.invitation.findUniqueOrThrow({ where: { id } })).revokedAt !== null,
  ),
  form(
    'askToJoinAction',
    'team.askToJoin',
    () => ({ message: 'Hi' }),
    async ({ database }, { id: teamId }, { account }) =>
      account !== null &&
      (await database.owner.joinRequest.count({ where: { teamId, userId: account.userId } })) === 1,
    newForeignTeam,
  ),
  form(
    'decideJoinRequestAction',
    'team.decideRequest',
    ({ requestId }) => ({ request: requestId, decision: 'accept' }),
    async (stage, team) => (await requestState(stage, team)) === 'ACCEPTED',
  ),
  form(
    'removeMemberAction',
    'team.removeMember',
    ({ memberId }) => ({ member: memberId }),
    async (stage, team) => !(await isMember(stage, team.id, team.memberId)),
  ),
  form(
    'handOverTeamAction',
    'team.handOver',
    ({ memberId }) => ({ member: memberId }),
    async ({ database }, { id: teamId, memberId }) =>
      (await database.owner.membership.count({ where: { teamId, userId: memberId, role: 'OWNER' } })) === 1,
  ),
  form(
    'showMembershipAction',
    'team.show',
    () => ({ isShown: 'true' }),
    async ({ database }, { id: teamId }) => {
      return (await database.owner.membership.count({ where: { teamId, isShown: true } })) === 1;
    },
  ),
  {
    entry: 'app/teams/[slug]/actions.ts#requestMergeAction',
    action: 'team.merge',
    attempt: async (stage, actor) => {
      const [from, into] = [await newTeam(stage), await newForeignTeam(stage)];
      const action = 'app/teams/[slug]/actions.ts#requestMergeAction';
      const fields = { team: from.slug, into: into.slug };
      await (await sendsForm(stage, actor, { action, page: `/teams/${from.slug}`, state, fields })).text();
      return (await stage.database.owner.mergeRequest.count({ where: { fromTeamId: from.id } })) === 1;
    },
  },
  form(
    'decideMergeAction',
    'team.merge',
    ({ mergeId }) => ({ merge: mergeId, decision: 'decline' }),
    async ({ database }, { mergeId: id }) =>
      (await database.owner.mergeRequest.findUniqueOrThrow({ where: { id } })).state === 'DECLINED',
  ),
  form(
    'leaveTeamAction',
    'team.leave',
    () => ({}),
    // It has three members.
    async ({ database }, { id: teamId }) =>
      (await database.owner.membership.count({ where: { teamId } })) === 2,
    newHandedOverTeam,
  ),
  form(
    'dissolveTeamAction',
    'team.dissolve',
    ({ name }) => ({ name }),
    async ({ database }, { id }) => {
      return (await database.owner.team.findUniqueOrThrow({ where: { id } })).dissolvedAt !== null;
    },
  ),
];
