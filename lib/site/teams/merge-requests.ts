import { z } from 'zod';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import {
  type ChangedTeam,
  decideMergeRequestSchema,
  requestMergeRequestSchema,
  requestMergeResponseSchema,
} from '#lib/api/teams/teams.ts';
import { RATE_LIMITS } from '#lib/domain/accounts/rate-limit-rules.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { consumeAttempt } from '#lib/site/accounts/limits/rate-limit.ts';
import { authorizeForLockedTeam, authorizeForTeam } from '#lib/site/authorization.ts';
import { createOnce, isRepetition } from '#lib/site/create-once.ts';
import { mergeAsked, mergeDeclined } from '#lib/site/mail/templates/team.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { mergeTeams, requireMergeable } from './merge-teams.ts';
import { orOneTeam } from './participation.ts';
import { changedTeam, lockTeams, recordTeamAudit, TEAM_WAIT } from './team-lock.ts';
import { mailPeople, manageLink } from './team-mail.ts';

type Merge = z.infer<typeof requestMergeResponseSchema>['merge'];

/** Offers to merge a team into another one, for its owner. While the offer waits, offering it again returns it. */
export async function requestMerge(
  site: Site,
  slug: string,
  input: unknown,
  viewer: Viewer | null,
  key: string | null = null,
): Promise<Merge> {
  const { viewer: known } = authorizeForTeam('team.merge', viewer, slug);
  const { into: intoSlug } = parseInput(requestMergeRequestSchema, input);
  if (intoSlug === slug) throw wrongTeam('Enter another team than your own.');
  const result = requestMergeResponseSchema.shape.merge;
  const payload = { from: slug, into: intoSlug };
  const { userId } = known;
  if (!(await isRepetition(site, { userId, key })))
    await consumeAttempt(site, RATE_LIMITS.askToMerge, userId);
  const creation = { userId, key, operation: 'team.requestMerge', payload, result };
  return createOnce(site, creation, async (tx) => {
    const [from, into] = await lockPair(tx, slug, intoSlug);
    authorizeForLockedTeam('team.merge', known, from);
    if (into.dissolvedAt) throw wrongTeam('This team has been dissolved.');
    const waiting = await tx.mergeRequest.findFirst({ where: { fromTeamId: from.id, state: 'PENDING' } });
    if (waiting && waiting.intoTeamId !== into.id) {
      throw new DomainError(
        'CONFLICT',
        'Your team has asked another team already. Withdraw that request first.',
      );
    }
    await requireMergeable(tx, from, into, { viewerId: known.userId, now: site.now() });
    const ids = { fromTeamId: from.id, intoTeamId: into.id };
    const row = waiting ?? (await tx.mergeRequest.create({ data: { ...ids, createdAt: site.now() } }));
    if (!waiting) {
      await recordTeamAudit(tx, known, 'team.requestMerge', from, { into: into.slug });
      const url = manageLink(site, into.slug);
      const message = mergeAsked({ from: from.name, into: into.name, by: known.name, url });
      await mailPeople(site, tx, [into.members[0]!.userId], message);
    }
    return {
      id: row.id,
      from: changedTeam(from),
      into: changedTeam(into),
      createdAt: row.createdAt.toISOString(),
    };
  });
}

async function lockPair(tx: Transaction, from: string, into: string) {
  const [first, second] = await lockTeams(tx, [from, into]).catch((error: unknown) => {
    if (error instanceof DomainError && error.code === 'NOT_FOUND') {
      throw wrongTeam('There is no team with this address. It is the end of the address of the team’s page.');
    }
    throw error;
  });
  return [first!, second!] as const;
}

function wrongTeam(message: string): DomainError {
  return new DomainError('INVALID', message, { into: message });
}

const STATES = { accept: 'ACCEPTED', decline: 'DECLINED', withdraw: 'WITHDRAWN' } as const;

/**
 * The owner of the team to merge into accepts or declines; the owner of the other one withdraws. Deciding the same
 * again changes nothing.
 */
export async function decideMerge(
  site: Site,
  { team: slug, id }: { team: string; id: string },
  input: unknown,
  viewer: Viewer | null,
): Promise<ChangedTeam> {
  const { viewer: known } = authorizeForTeam('team.merge', viewer, slug);
  const { decision } = parseInput(decideMergeRequestSchema, input);
  const found = await findMerge(site.db, id);
  if (slug !== (decision === 'withdraw' ? found.fromTeam : found.intoTeam).slug) throw noMerge();
  const deciding = site.db.$transaction(async (tx) => {
    const [from, into] = await lockPair(tx, found.fromTeam.slug, found.intoTeam.slug);
    const { state } = await findMerge(tx, id);
    const own = decision === 'withdraw' ? from : into;
    authorizeForLockedTeam('team.merge', known, own);
    if (state === STATES[decision]) return changedTeam(own);
    if (state !== 'PENDING') {
      throw new DomainError('CONFLICT', 'This request has been decided already. Nothing was changed.');
    }
    await tx.mergeRequest.update({ where: { id }, data: { state: STATES[decision], decidedAt: site.now() } });
    if (decision === 'accept') await mergeTeams(site, tx, { from, into, viewer: known });
    else {
      const action = decision === 'decline' ? 'team.declineMerge' : 'team.withdrawMerge';
      await recordTeamAudit(tx, known, action, from, { into: into.slug });
      const message = mergeDeclined({ from: from.name, into: into.name, url: manageLink(site, from.slug) });
      if (decision === 'decline') await mailPeople(site, tx, [from.members[0]!.userId], message);
    }
    return changedTeam(own);
  }, TEAM_WAIT);
  const changed = await orOneTeam(deciding);
  site.shared.forget();
  return changed;
}

async function findMerge(tx: Transaction, id: string) {
  const isId = z.uuid().safeParse(id).success;
  const include = { fromTeam: { select: { slug: true } }, intoTeam: { select: { slug: true } } };
  const merge = isId ? await tx.mergeRequest.findUnique({ where: { id }, include }) : null;
  if (!merge) throw noMerge();
  return merge;
}

function noMerge(): DomainError {
  return new DomainError('NOT_FOUND', 'This request doesn’t exist.');
}
