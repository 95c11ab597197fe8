import { z } from 'zod';
import { HOLD_KINDS, type HoldView } from '#lib/api/pages/organizer.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { applyHolds, lockHolds } from '#lib/platform/queue/holds.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { type Challenge, findChallenge } from '#lib/site/challenges/find-challenge.ts';
import { shortId } from '#lib/site/challenges/phase-view.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';

/** Holds are set by hand. */
const HOLDS_SHOWN = 100;

const holdSchema = z.object({
  kind: z.enum(HOLD_KINDS),
  /** The phase's or the team's name in addresses, or the submission's ID. */
  name: z.string().trim().min(1, 'Say which one.').max(100),
  reason: z.string().trim().min(1, 'Give a reason, for the other organizers.').max(500),
});

interface Target {
  phaseId?: string;
  teamId?: string;
  evaluationId?: string;
  detail: Record<string, string>;
}

/**
 * Keeps the queued evaluations of a phase, of a team or of one submission from starting, also those that are queued
 * later, until the hold is released. What runs goes on. Does nothing if it is held already. Throws INVALID, FORBIDDEN.
 */
export async function holdEvaluations(
  site: Site,
  slug: string,
  input: unknown,
  viewer: Viewer | null,
): Promise<void> {
  const challenge = await findChallenge(site, slug, viewer);
  const organizer = authorize('queue.hold', viewer, { challenge });
  const { kind, name, reason } = parseInput(holdSchema, input);
  await site.db.$transaction(async (tx) => {
    await lockHolds(tx);
    const { detail, ...target } = await findTarget(tx, challenge, kind, name);
    const held = { ...target, challengeId: challenge.id };
    if ((await tx.hold.count({ where: held })) > 0) return;
    await tx.hold.create({ data: { ...held, reason, heldBy: organizer.name, createdAt: site.now() } });
    await applyHolds(tx, challenge.id);
    const change = { before: { held: false }, after: { held: true } };
    await recordAudit(tx, organizer, 'queue.hold', challenge.id, { ...detail, reason }, change);
  });
  site.expectedStarts.forget('queue');
}

/** Lets what was held start again. Does nothing if it has been released. */
export async function releaseHold(
  site: Site,
  slug: string,
  holdId: string,
  viewer: Viewer | null,
): Promise<void> {
  const challenge = await findChallenge(site, slug, viewer);
  const organizer = authorize('queue.hold', viewer, { challenge });
  if (!z.uuid().safeParse(holdId).success) return;
  await site.db.$transaction(async (tx) => {
    await lockHolds(tx);
    const hold = await tx.hold.findFirst({
      where: { id: holdId, challengeId: challenge.id },
      include: {
        phase: { select: { slug: true } },
        team: { select: { slug: true } },
        evaluation: { select: { submissionId: true } },
      },
    });
    if (!hold) return;
    await tx.hold.delete({ where: { id: holdId } });
    await applyHolds(tx, challenge.id);
    const { phase, team, evaluation } = hold;
    const detail = {
      ...(phase && { phase: phase.slug }),
      ...(team && { team: team.slug }),
      ...(evaluation && { submission: evaluation.submissionId }),
    };
    const change = { before: { held: true }, after: { held: false } };
    await recordAudit(tx, organizer, 'queue.release', challenge.id, detail, change);
  });
  site.expectedStarts.forget('queue');
}

async function findTarget(
  tx: Transaction,
  { id: challengeId, phases }: Challenge,
  kind: z.infer<typeof holdSchema>['kind'],
  name: string,
): Promise<Target> {
  const refuse = (message: string) => new DomainError('INVALID', 'Nothing was held.', { name: message });
  if (kind === 'phase') {
    const phase = phases.find(({ slug }) => slug === name);
    if (!phase) throw refuse(`This challenge has no phase “${name}”.`);
    return { phaseId: phase.id, detail: { phase: phase.slug } };
  }
  if (kind === 'team') {
    const where = { challengeId, team: { slug: name } };
    const registration = await tx.registration.findFirst({ where, select: { teamId: true } });
    if (!registration) throw refuse(`No team “${name}” is registered for this challenge.`);
    return { teamId: registration.teamId, detail: { team: name } };
  }
  const evaluation = z.uuid().safeParse(name).success
    ? await tx.evaluation.findFirst({
        where: { submissionId: name, state: 'QUEUED', submission: { phase: { challengeId } } },
        select: { id: true, submission: { select: { team: { select: { slug: true } } } } },
      })
    : null;
  if (!evaluation) throw refuse('No submission of this challenge with this ID is waiting in the queue.');
  return { evaluationId: evaluation.id, detail: { submission: name, team: evaluation.submission.team.slug } };
}

/** What is held in a challenge, the latest first. */
export async function readHolds({ db }: Pick<Site, 'db'>, challengeId: string): Promise<HoldView[]> {
  const rows = await db.hold.findMany({
    where: {
      challengeId,
      // A hold of one evaluation ends with its wait.
      OR: [{ evaluationId: null }, { evaluation: { state: { in: ['QUEUED', 'RUNNING'] } } }],
    },
    include: {
      phase: { select: { title: true } },
      team: { select: { slug: true, name: true } },
      evaluation: { select: { submissionId: true } },
    },
    orderBy: { id: 'desc' },
    take: HOLDS_SHOWN,
  });
  return rows.map(({ id, phase, team, evaluation, reason, heldBy, createdAt }) => ({
    ...{ id, team, reason, heldBy },
    phaseTitle: phase?.title ?? null,
    submission: evaluation && { id: evaluation.submissionId, shortId: shortId(evaluation.submissionId) },
    createdAt: createdAt.toISOString(),
  }));
}
