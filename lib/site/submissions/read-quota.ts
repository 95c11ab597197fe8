import { withException } from '#lib/domain/phases/exceptions.ts';
import {
  type Quota,
  type QuotaAttempt,
  type QuotaSubmission,
  quotaOf,
  startOfUtcDay,
  startOfWindow,
} from '#lib/domain/phases/quota/quota.ts';
import { withGroup } from '#lib/domain/registrations/groups.ts';
import type { Transaction } from '#lib/platform/database.ts';
import type { Phase } from '#lib/platform/rows/phase.ts';
import { Prisma } from '#prisma-client';

/** A team's quota in a phase, computed from its submissions. */
export async function readQuota(db: Transaction, phase: Phase, teamId: string, now: Date): Promise<Quota> {
  const [quota] = await readQuotas(db, [phase], teamId, now);
  return quota!;
}

/** For each team that has submitted to a phase: its submissions that count against the quota. */
export async function readUsedTotals(db: Transaction, phase: Phase, now: Date): Promise<number[]> {
  const rows = await readRows(db, { phases: [phase], teamId: null }, now);
  const teams = Map.groupBy(rows, ({ teamId }) => teamId);
  return [...teams.values()].map((own) => quotaOf(phase, own.map(toSubmission), now).usedTotal);
}

interface Row {
  teamId: string;
  phaseId: string;
  createdAt: Date;
  attempts: (Omit<QuotaAttempt, 'startedAt'> & { isStarted: boolean })[] | null;
  count: number;
}

/**
 * A team's quotas in these phases, in their order. Submissions whose attempts ended in the same way are read as one:
 * a team may have hundreds.
 */
export async function readQuotas(
  db: Transaction,
  phases: readonly Phase[],
  teamId: string,
  now: Date,
): Promise<Quota[]> {
  const rows = await readRows(db, { phases, teamId }, now);
  const exceptions = await readExceptions(db, phases, [teamId]);
  const group = await readGroups(db, phases, teamId);
  return phases.map((phase) => {
    const submissions = rows.filter(({ phaseId }) => phaseId === phase.id);
    const granted = exceptions.find(({ phaseId }) => phaseId === phase.id) ?? null;
    const own = withException(withGroup(phase, group.get(phase.challengeId) ?? ''), granted);
    return quotaOf(own, submissions.map(toSubmission), now);
  });
}

/** The team's group in each challenge of these phases, if any of them has limits of a group. */
async function readGroups(
  db: Transaction,
  phases: readonly Phase[],
  teamId: string,
): Promise<ReadonlyMap<string, string>> {
  const limited = phases.filter(({ groupLimits }) => groupLimits.length > 0);
  if (limited.length === 0) return new Map();
  const where = { teamId, challengeId: { in: limited.map(({ challengeId }) => challengeId) } };
  const rows = await db.registration.findMany({ where, select: { challengeId: true, group: true } });
  return new Map(rows.map(({ challengeId, group }) => [challengeId, group]));
}

/** What these teams were granted in these phases. */
export function readExceptions(
  db: Transaction,
  phases: readonly { id: string }[],
  teamIds: readonly string[],
) {
  return db.phaseException.findMany({
    where: { phaseId: { in: phases.map(({ id }) => id) }, teamId: { in: [...teamIds] } },
  });
}

/** The submissions of one team, or of all teams; those within the longest rolling window each on its own. */
function readRows(
  db: Transaction,
  { phases, teamId }: { phases: readonly Phase[]; teamId: string | null },
  now: Date,
): Promise<Row[]> {
  const alone = new Date(Math.min(...phases.map((phase) => startOfWindow(phase, now).getTime())));
  const ofTeam = teamId === null ? Prisma.empty : Prisma.sql`AND submission."teamId" = ${teamId}::uuid`;
  return db.$queryRaw<Row[]>`
    SELECT "teamId", "phaseId", min("createdAt") AS "createdAt", attempts, count(*)::int AS count
    FROM (
      SELECT submission."teamId", submission."phaseId", submission."createdAt", (
        SELECT jsonb_agg(jsonb_build_object(
          'state', attempt.state, 'code', attempt.code, 'platformCode', attempt."platformCode",
          'isStarted', attempt."startedAt" IS NOT NULL
        ))
        FROM "Evaluation" attempt WHERE attempt."submissionId" = submission.id
      ) AS attempts
      FROM "Submission" submission
      WHERE submission."phaseId" = ANY (${phases.map(({ id }) => id)}::uuid[]) ${ofTeam}
        AND submission.standing IN ('RANKED', 'LATE')
        AND NOT EXISTS (SELECT FROM "QuotaReturn" given WHERE given."submissionId" = submission.id)
    ) submission
    GROUP BY "teamId", "phaseId", "createdAt" >= ${startOfUtcDay(now)},
      CASE WHEN "createdAt" >= ${alone} THEN "createdAt" END, attempts`;
}

function toSubmission({ attempts, ...row }: Row): QuotaSubmission {
  return {
    ...row,
    // The rule asks only whether an attempt was started.
    attempts: (attempts ?? []).map(({ isStarted, ...attempt }) => {
      return { ...attempt, startedAt: isStarted ? row.createdAt : null };
    }),
  };
}
