import { z } from 'zod';
import type { OwnRequest } from '#lib/api/pages/team.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import {
  askToJoinRequestSchema,
  askToJoinResponseSchema,
  type ChangedTeam,
  decideJoinRequestSchema,
} from '#lib/api/teams/teams.ts';
import { RATE_LIMITS } from '#lib/domain/accounts/rate-limit-rules.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { MAX_OPEN_REQUESTS } from '#lib/domain/teams/limits.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { lockUntilCommit } from '#lib/platform/lock.ts';
import { consumeAttempt } from '#lib/site/accounts/limits/rate-limit.ts';
import { authorize, authorizeForLockedTeam } from '#lib/site/authorization.ts';
import { createOnce, isRepetition } from '#lib/site/create-once.ts';
import { askedToJoin, requestDecided } from '#lib/site/mail/templates/team.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { addMember, orOneTeam } from './participation.ts';
import {
  changedTeam,
  dissolved,
  type LockedTeam,
  lockTeam,
  recordTeamAudit,
  TEAM_WAIT,
} from './team-lock.ts';
import { mailPeople, manageLink, teamLink } from './team-mail.ts';

/** Asks a team’s owner to be let in. While a request waits, asking again returns it. */
export async function askToJoin(
  site: Site,
  slug: string,
  input: unknown,
  viewer: Viewer | null,
  key: string | null = null,
): Promise<{ id: string }> {
  const known = authorize('team.askToJoin', viewer);
  const { userId } = known;
  const { message } = parseInput(askToJoinRequestSchema, input);
  const result = askToJoinResponseSchema.shape.request;
  if (!(await isRepetition(site, { userId, key }))) await consumeAttempt(site, RATE_LIMITS.askToJoin, userId);
  const creation = { userId, key, operation: 'team.askToJoin', payload: { team: slug, message }, result };
  return createOnce(site, creation, async (tx) => {
    const team = await lockTeam(tx, slug);
    if (team.dissolvedAt) throw dissolved();
    if (team.members.some((member) => member.userId === userId)) {
      throw new DomainError('CONFLICT', 'You are a member of this team already.');
    }
    const select = { id: true };
    const waiting = await tx.joinRequest.findFirst({
      where: { teamId: team.id, userId, state: 'PENDING' },
      select,
    });
    if (waiting) return waiting;
    await requireFewRequests(tx, team.id, userId);
    const request = await tx.joinRequest.create({
      data: { teamId: team.id, userId, message, createdAt: site.now() },
      select,
    });
    await recordTeamAudit(tx, known, 'team.askToJoin', team, { request: request.id });
    const url = manageLink(site, slug);
    const mail = askedToJoin({ team: team.name, by: known.name, message, url });
    await mailPeople(site, tx, [team.members[0]!.userId], mail);
    return request;
  });
}

/** The viewer’s latest request to join a team; null if they have never asked. */
export async function readOwnRequest(
  { db }: Site,
  slug: string,
  viewer: Viewer | null,
): Promise<OwnRequest | null> {
  const { userId } = authorize('team.askToJoin', viewer);
  const where = { userId, team: { slug } };
  const request = await db.joinRequest.findFirst({ where, orderBy: { id: 'desc' } });
  if (!request) return null;
  const { id, state, reason, createdAt } = request;
  return { id, state, reason, createdAt: createdAt.toISOString() };
}

async function requireFewRequests(tx: Transaction, teamId: string, userId: string): Promise<void> {
  await lockUntilCommit(tx, `requests of ${userId}`);
  const ofPerson = await tx.joinRequest.count({ where: { userId, state: 'PENDING' } });
  if (ofPerson >= MAX_OPEN_REQUESTS) {
    throw new DomainError(
      'CONFLICT',
      `You have asked ${MAX_OPEN_REQUESTS} teams already. Withdraw a request first, or wait for an answer.`,
    );
  }
  if ((await tx.joinRequest.count({ where: { teamId, state: 'PENDING' } })) < MAX_OPEN_REQUESTS) return;
  throw new DomainError('CONFLICT', 'Too many requests are waiting for this team’s owner. Try again later.');
}

type Decision = z.output<typeof decideJoinRequestSchema>;
const STATES = { accept: 'ACCEPTED', decline: 'DECLINED', withdraw: 'WITHDRAWN' } as const;
const ACTIONS = {
  accept: 'team.acceptRequest',
  decline: 'team.declineRequest',
  withdraw: 'team.withdrawRequest',
} as const;

/** The owner accepts or declines a request; the person who asked withdraws it. Deciding the same again changes nothing. */
export async function decideJoinRequest(
  site: Site,
  { team: slug, id }: { team: string; id: string },
  input: unknown,
  viewer: Viewer | null,
): Promise<ChangedTeam> {
  const known = authorize('team.askToJoin', viewer);
  const decision = parseInput(decideJoinRequestSchema, input);
  const deciding = site.db.$transaction(async (tx) => {
    const team = await lockTeam(tx, slug);
    if (decision.decision !== 'withdraw') authorizeForLockedTeam('team.decideRequest', known, team);
    const request = await findRequest(tx, team, id);
    if (decision.decision === 'withdraw' && request.userId !== known.userId) {
      throw new DomainError('FORBIDDEN', 'Only the person who asked can withdraw a request.');
    }
    await decide(site, tx, { team, request, decision, viewer: known });
    return changedTeam(team);
  }, TEAM_WAIT);
  return orOneTeam(deciding);
}

async function decide(
  site: Site,
  tx: Transaction,
  {
    team,
    request,
    decision: { decision, reason },
    viewer,
  }: {
    team: LockedTeam;
    request: Awaited<ReturnType<typeof findRequest>>;
    decision: Decision;
    viewer: Viewer;
  },
): Promise<void> {
  const now = site.now();
  const state = STATES[decision];
  if (request.state === state) return;
  if (request.state !== 'PENDING') {
    throw new DomainError('CONFLICT', 'This request has been decided already. Nothing was changed.');
  }
  const { id, userId, user } = request;
  if (decision === 'accept') await addMember(tx, team, { userId, viewerId: viewer.userId, now });
  await tx.joinRequest.update({ where: { id }, data: { state, reason, decidedAt: now } });
  await recordTeamAudit(tx, viewer, ACTIONS[decision], team, { request: id, member: user.name });
  if (decision === 'withdraw') return;
  const url = teamLink(site, team.slug);
  const mail = requestDecided({ team: team.name, isAccepted: decision === 'accept', reason, url });
  await mailPeople(site, tx, [userId], mail);
}

async function findRequest(tx: Transaction, team: LockedTeam, id: string) {
  const isId = z.uuid().safeParse(id).success;
  const include = { user: { select: { name: true } } };
  const request = isId ? await tx.joinRequest.findFirst({ where: { id, teamId: team.id }, include }) : null;
  if (!request) throw new DomainError('NOT_FOUND', 'This request doesn’t exist.');
  return request;
}
