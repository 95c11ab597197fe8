import { analyzeRecorded } from '#lib/domain/ranking/recorded.ts';
import { REPLICATES } from '#lib/domain/ranking/replicates.ts';
import { RANKING_VERSION } from '#lib/domain/ranking/version.ts';
import { requireMetric } from '#lib/domain/tasks/task-metrics.ts';
import type { Database } from '#lib/platform/database.ts';
import { scoreBaselines } from './baselines.ts';
import { describeAnalysis, describeSnapshot, type RankedContent } from './describe-snapshot.ts';
import { readRanked } from './inputs/read-ranked.ts';
import type { CountingSubmission, RankedPhase } from './ranked-phase.ts';
import { describeFigures, noFigures, type RankingFigures } from './ranking-figures.ts';
import type { RankingMemories } from './ranking-memories.ts';
import { readRecordedValues } from './recorded-values.ts';
import type { ShownEntries } from './shown-entries.ts';
import { emptyContent, snapshotContentSchema } from './snapshot.ts';
import { readStrata } from './strata/shown-strata.ts';

/**
 * Ranks the submissions of a phase that count, and stores the result for pages to read. If a new score doesn't
 * change what the ranks depend on, such as a submission that is not its team's best, the stored ranks are
 * kept. It runs in a worker thread (ranking-worker.ts).
 *
 * @param memories make the ranking of a phase whose last one is remembered cheaper.
 */
export async function computeSnapshot(
  db: Database,
  phaseId: string,
  memories: RankingMemories,
): Promise<void> {
  const inputs = await readRanked(db, phaseId);
  if (!inputs) return;
  const { phase, entries, key, scoresVersion } = inputs;
  const { frozenAt = null } = inputs.stored ?? {};
  const { better } = requireMetric(phase.task, phase.metrics[0]!.metric);
  const { counting, baselines, heldBack, versions } = entries;
  const stored = inputs.stored?.key === key ? await readStored(db, phaseId) : undefined;
  const shown = { submissions: counting, baselines, heldBack };
  const ranked = stored ?? (await rank(db, phase, shown, memories));
  const content = JSON.stringify({ ...describeSnapshot(ranked, entries, better), versions });
  const figures = ranked.figures && JSON.stringify(ranked.figures);
  const strataVersion = ranked.strata.some(({ withheld }) => withheld === null) ? -1 : scoresVersion;
  // In SQL, because Prisma would walk through half a megabyte. A snapshot of later scores, by another process, stays.
  await db.$executeRaw`
    UPDATE "RankingSnapshot"
    SET "scoresVersion" = ${scoresVersion}, "codeVersion" = ${RANKING_VERSION}, key = ${key},
      "strataVersion" = ${strataVersion},
      content = ${content}::jsonb, figures = coalesce(${figures}::jsonb, figures), "computedAt" = ${new Date()}
    WHERE "phaseId" = ${phaseId}::uuid
      AND ("scoresVersion" <= ${scoresVersion} OR "codeVersion" < ${RANKING_VERSION})
      AND "frozenAt" IS NOT DISTINCT FROM ${frozenAt}`;
}

/** The stored ranking, whose figures stay as they are. */
async function readStored(db: Database, phaseId: string): Promise<Ranked | undefined> {
  const row = await db.rankingSnapshot.findUnique({ where: { phaseId }, select: { content: true } });
  const content = snapshotContentSchema.safeParse(row?.content).data;
  return content && { ...content, figures: null };
}

interface Ranked extends RankedContent {
  /** null if the stored ones are kept. */
  figures: RankingFigures | null;
}

async function rank(
  db: Database,
  phase: RankedPhase,
  {
    submissions,
    baselines,
    heldBack,
  }: Pick<ShownEntries, 'baselines' | 'heldBack'> & { submissions: readonly CountingSubmission[] },
  memories: RankingMemories,
): Promise<Ranked> {
  const { testSet } = phase;
  const beside = await scoreBaselines(db, phase, { baselines, heldBack });
  const evaluations = submissions.map(({ evaluation }) => evaluation.id);
  const values = { evaluations, caseCount: testSet.caseCount, heldBack };
  const recordedOf = await readRecordedValues(db, phase, values);
  const recorded = analyzeRecorded({
    ...phase,
    submissions: submissions.map(({ evaluation: { id }, ...submission }) => ({
      ...submission,
      ...recordedOf(id),
    })),
    worst: testSet.worst,
    replicates: REPLICATES,
    memory: memories.of(phase.id),
  });
  if (!recorded) return { ...emptyContent(), baselines: beside, figures: noFigures() };
  const { analysis } = recorded;
  memories.keep(phase.id, analysis.memory);
  return {
    ...describeAnalysis(recorded),
    baselines: beside,
    strata: await readStrata(db, phase, evaluations),
    figures: describeFigures(
      analysis,
      recorded.submissions.map(({ id }) => id),
    ),
  };
}
