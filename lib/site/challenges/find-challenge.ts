import type { z } from 'zod';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { keyDateListSchema, linkListSchema } from '#lib/domain/challenges/links.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { questionListSchema, replyListSchema } from '#lib/domain/registrations/questions.ts';
import { parseColumn } from '#lib/platform/rows/parse-column.ts';
import { phaseFromRow } from '#lib/platform/rows/phase.ts';
import { may, requireSecondFactor } from '#lib/site/authorization.ts';
import type { Site } from '#lib/site/site.ts';
import type { Prisma } from '#prisma-client';
import { type PhaseWithTestSet, withTestSet } from './phase-view.ts';

const include = {
  phases: { orderBy: { position: 'asc' }, include: withTestSet },
  organizers: { include: { user: { select: { name: true } } } },
  // Without its bytes, which only its own address needs.
  logo: { select: { hash: true, width: true, height: true, alt: true } },
  _count: { select: { registrations: { where: { state: 'APPROVED' } } } },
} satisfies Prisma.ChallengeInclude;

export type Challenge = ReturnType<typeof challengeFromRow>;

function challengeFromRow(row: Prisma.ChallengeGetPayload<{ include: typeof include }>) {
  const { id } = row;
  const parse = <Schema extends z.ZodType>(column: string, schema: Schema, value: unknown) =>
    parseColumn(schema, value, { table: 'Challenge', id, column });
  return {
    ...row,
    links: parse('links', linkListSchema, row.links),
    dates: parse('dates', keyDateListSchema, row.dates),
    registrationQuestions: parse('registrationQuestions', questionListSchema, row.registrationQuestions),
    registrationReplies: parse('registrationReplies', replyListSchema, row.registrationReplies),
    phases: row.phases.map((phase) => phaseFromRow(phase)),
  };
}

/**
 * The challenge as the database holds it now, for use cases that change something. Throws NOT_FOUND, for a draft of
 * other organizers too.
 */
export async function findChallenge(
  { db }: Pick<Site, 'db'>,
  slug: string,
  viewer: Viewer | null,
): Promise<Challenge> {
  return requireVisible(await findRow(db, slug), viewer);
}

type SharedSite = Pick<Site, 'db' | 'shared'>;

/**
 * The challenge for a page or a response. All requests share it until it changes. Throws NOT_FOUND, for a draft of
 * other organizers too.
 */
export async function readSharedChallenge(
  { db, shared }: SharedSite,
  slug: string,
  viewer: Viewer | null,
): Promise<Challenge> {
  return requireVisible(await shared.read(`challenge ${slug}`, () => findRow(db, slug)), viewer);
}

async function findRow(db: Site['db'], slug: string): Promise<Challenge> {
  const row = await db.challenge.findUnique({ where: { slug }, include });
  if (!row) throw notFound();
  return challengeFromRow(row);
}

/** Nobody else learns that a draft exists. */
function requireVisible(challenge: Challenge, viewer: Viewer | null): Challenge {
  if (challenge.visibility !== 'DRAFT' || may('challenge.readDraft', viewer, { challenge })) return challenge;
  requireSecondFactor('challenge.readDraft', viewer, { challenge });
  throw notFound();
}

function notFound(): DomainError {
  return new DomainError('NOT_FOUND', 'This challenge doesn’t exist.');
}

/** All challenges, newest first, shared like a single one. */
export function readSharedChallenges({ db, shared }: SharedSite): Promise<Challenge[]> {
  return shared.read('challenges', async () => {
    const rows = await db.challenge.findMany({ include, orderBy: { createdAt: 'desc' } });
    return rows.map(challengeFromRow);
  });
}

/** Throws NOT_FOUND. */
export function findPhase(challenge: Challenge, slug: string): PhaseWithTestSet {
  const phase = challenge.phases.find((candidate) => candidate.slug === slug);
  if (!phase) throw new DomainError('NOT_FOUND', 'This phase doesn’t exist.');
  return phase;
}
