import type { z } from 'zod';
import { DomainError } from '#lib/domain/errors.ts';
import { questionListSchema, replyListSchema } from '#lib/domain/registrations/questions.ts';
import { parseColumn } from '#lib/platform/rows/parse-column.ts';
import { phaseFromRow } from '#lib/platform/rows/phase.ts';
import type { Site } from '#lib/site/site.ts';
import type { Prisma } from '#prisma-client';
import { type PhaseWithTestSet, withTestSet } from './phase-view.ts';

const include = {
  phases: { orderBy: { position: 'asc' }, include: withTestSet },
  organizers: { include: { user: { select: { name: true } } } },
  _count: { select: { registrations: { where: { state: 'APPROVED' } } } },
} satisfies Prisma.ChallengeInclude;

export type Challenge = ReturnType<typeof challengeFromRow>;

function challengeFromRow(row: Prisma.ChallengeGetPayload<{ include: typeof include }>) {
  const { id } = row;
  const parse = <Schema extends z.ZodType>(column: string, schema: Schema, value: unknown) =>
    parseColumn(schema, value, { table: 'Challenge', id, column });
  return {
    ...row,
    registrationQuestions: parse('registrationQuestions', questionListSchema, row.registrationQuestions),
    registrationReplies: parse('registrationReplies', replyListSchema, row.registrationReplies),
    phases: row.phases.map((phase) => phaseFromRow(phase)),
  };
}

/**
 * The challenge as the database holds it now, for use cases that change something. Throws NOT_FOUND.
 */
export async function findChallenge({ db }: Pick<Site, 'db'>, slug: string): Promise<Challenge> {
  const row = await db.challenge.findUnique({ where: { slug }, include });
  if (!row) throw new DomainError('NOT_FOUND', 'This challenge doesn’t exist.');
  return challengeFromRow(row);
}

type SharedSite = Pick<Site, 'db' | 'shared'>;

/** The challenge for a page or a response. All requests share it until it changes. Throws NOT_FOUND. */
export function readSharedChallenge(site: SharedSite, slug: string): Promise<Challenge> {
  return site.shared.read(`challenge ${slug}`, () => findChallenge(site, slug));
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
