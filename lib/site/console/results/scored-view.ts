import type { ScoredEntry, ScoredQuery, ScoredView } from '#lib/api/pages/organizer/results.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { Better } from '#lib/domain/ranking/ranks.ts';
import type { TombstoneKind } from '#lib/domain/submissions/tombstone.ts';
import type { Database } from '#lib/platform/database.ts';
import { findPhase } from '#lib/site/challenges/find-challenge.ts';
import { leaderboardMetrics, phaseSummary, shortId } from '#lib/site/challenges/phase-view.ts';
import { findOrganized, listHead } from '#lib/site/console/organized-challenge.ts';
import { readLeaderboard } from '#lib/site/leaderboards/leaderboard.ts';
import { readPageWithPrevious, type Slice } from '#lib/site/read-page.ts';
import type { Site } from '#lib/site/site.ts';
import { Prisma } from '#prisma-client';

/**
 * The scores of a phase as they are, for organizers: every scored submission, whether it is the entry of its team,
 * withdrawn, excluded or newer than a final ranking; by the mean of a metric, the best first.
 */
export async function scoredView(
  site: Site,
  { challenge: slug, phase: phaseSlug }: { challenge: string; phase: string },
  viewer: Viewer | null,
  query: ScoredQuery,
): Promise<ScoredView> {
  const challenge = await findOrganized(site, slug, viewer);
  const phase = findPhase(challenge, phaseSlug);
  const metrics = leaderboardMetrics(phase);
  const chosen = metrics.find(({ metric }) => metric === query.metric) ?? metrics[0]!;
  const [{ entries }, { rows, ...links }] = await Promise.all([
    readLeaderboard(site, phase),
    readPageWithPrevious(
      query,
      (slice) => findScored(site.db, { phaseId: phase.id, ...chosen, q: query.q }, slice),
      ({ id }) => id,
    ),
  ]);
  const entryIds = new Set(entries.map(({ submissionId }) => submissionId));
  const submissions = rows.map(({ means, createdAt, ...row }): ScoredEntry => {
    return {
      ...{ ...row, shortId: shortId(row.id), createdAt: createdAt.toISOString() },
      means: metrics.map(({ metric }) => means?.[metric] ?? null),
      isEntry: entryIds.has(row.id),
    };
  });
  return {
    ...listHead(site, challenge),
    ...{ phase: phaseSummary(phase, site.now()), metrics, metric: chosen.metric, submissions },
    ...links,
  };
}

interface Row {
  id: string;
  teamName: string;
  algorithm: string;
  createdAt: Date;
  failedCases: number;
  means: Record<string, number | null> | null;
  tombstone: TombstoneKind | null;
}

interface Order {
  phaseId: string;
  metric: string;
  better: Better;
  q: string | undefined;
}

function findScored(
  db: Database,
  { phaseId, metric, better, q }: Order,
  { cursor, side, limit }: Slice,
): Promise<Row[]> {
  const isBefore = side === 'before';
  const compared = isBefore ? Prisma.sql`<` : Prisma.sql`>`;
  const direction = isBefore ? Prisma.sql`DESC` : Prisma.sql`ASC`;
  const isInSlice =
    cursor === null
      ? Prisma.sql`TRUE`
      : Prisma.sql`(scored.worse, scored.id) ${compared} (SELECT worse, id FROM scored WHERE id = ${cursor}::uuid)`;
  const found = q
    ? Prisma.sql`(position(lower(${q}) IN lower(scored.algorithm)) > 0
        OR position(lower(${q}) IN lower(team.name)) > 0)`
    : Prisma.sql`TRUE`;
  return db.$queryRaw<Row[]>`
    WITH scored AS (
      SELECT DISTINCT ON (submission.id)
        submission.id, submission.algorithm, submission."teamId", submission."createdAt",
        evaluation.id AS "evaluationId", evaluation."failedCases",
        coalesce(${worseThanBest(better)}, 'Infinity'::float8) AS worse
      FROM "Submission" submission
      JOIN "Evaluation" evaluation ON evaluation."submissionId" = submission.id AND evaluation.state = 'SCORED'
      LEFT JOIN "Score" score ON score."evaluationId" = evaluation.id AND score.metric = ${metric}
      WHERE submission."phaseId" = ${phaseId}::uuid
      ORDER BY submission.id, evaluation."createdAt" DESC
    )
    SELECT scored.id, scored.algorithm, scored."createdAt", scored."failedCases", team.name AS "teamName",
      (SELECT kind::text FROM "Tombstone" tombstone
        WHERE tombstone."submissionId" = scored.id AND tombstone."undoneAt" IS NULL) AS tombstone,
      (SELECT jsonb_object_agg(score.metric, score.mean) FROM "Score" score
        WHERE score."evaluationId" = scored."evaluationId") AS means
    FROM scored JOIN "Team" team ON team.id = scored."teamId"
    WHERE ${found} AND ${isInSlice}
    ORDER BY scored.worse ${direction}, scored.id ${direction} LIMIT ${limit}`;
}

/** In SQL, a number that is larger for a worse mean. */
function worseThanBest(better: Better): Prisma.Sql {
  if (better === 'closer to 1') return Prisma.sql`abs(score.mean - 1)`;
  return better === 'lower' ? Prisma.sql`score.mean` : Prisma.sql`-score.mean`;
}
