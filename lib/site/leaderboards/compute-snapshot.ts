import { createHash } from 'node:crypto';
import { analyzeRecorded } from '#lib/domain/ranking/recorded.ts';
import { REPLICATES } from '#lib/domain/ranking/replicates.ts';
import { rankedRows } from '#lib/domain/ranking/rows.ts';
import { RANKING_VERSION } from '#lib/domain/ranking/version.ts';
import { requireMetric } from '#lib/domain/tasks/task-metrics.ts';
import type { Database } from '#lib/platform/database.ts';
import { phaseFromRow } from '#lib/platform/rows/phase.ts';
import { testSetFromRow } from '#lib/platform/rows/test-set.ts';
import { scoreBaselines } from './baselines.ts';
import { describeSnapshot, type RankedContent, toStoredRow } from './describe-snapshot.ts';
import { parseRanking, textOf } from './permanent/stored-text.ts';
import type { CountingSubmission, RankedPhase } from './ranked-phase.ts';
import { describeFigures, noFigures, type RankingFigures } from './ranking-figures.ts';
import type { RankingMemories } from './ranking-memories.ts';
import { readRecordedValues } from './recorded-values.ts';
import { readShownEntries, type ShownEntries } from './shown-entries.ts';
import { emptyContent, snapshotContentSchema } from './snapshot.ts';

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
  const row = await db.phase.findUnique({
    where: { id: phaseId },
    include: { testSet: true, snapshot: { select: { key: true, frozenAt: true, final: true } } },
  });
  if (!row) return;
  if (!row.testSet) throw new Error(`Phase ${phaseId} has scores but no test set.`);
  const { scoresVersion, snapshot, ...phase } = phaseFromRow(row);
  const testSet = testSetFromRow(row.testSet);
  const { better } = requireMetric(phase.task, phase.metrics[0]!.metric);
  const { frozenAt = null, final = null } = snapshot ?? {};
  const frozen = final && (await frozenEvaluations(final));
  const entries = await readShownEntries(db, { ...phase, testSet }, frozen);
  const { counting, baselines, heldBack, versions, rescoringId } = entries;
  const { metrics, ranking, summary, seed } = phase;
  const rules = [metrics, ranking, summary, seed, heldBack, versions, rescoringId];
  const inputs = [RANKING_VERSION, testSet.id, testSet.worst, rules, REPLICATES];
  const ids = counting.map(({ evaluation }) => evaluation.id);
  const beside = baselines.length === 0 ? [] : [baselines.map(({ id }) => id)];
  const key = createHash('sha256')
    .update(JSON.stringify([inputs, ids, ...beside]))
    .digest('hex');
  const stored = snapshot?.key === key ? await readStored(db, phaseId) : undefined;
  const shown = { submissions: counting, baselines, heldBack };
  const ranked = stored ?? (await rank(db, { ...phase, testSet }, shown, memories));
  const content = JSON.stringify({ ...describeSnapshot(ranked, entries, better), versions });
  const figures = ranked.figures && JSON.stringify(ranked.figures);
  // In SQL, because Prisma would walk through half a megabyte. A snapshot of later scores, by another process, stays.
  await db.$executeRaw`
    UPDATE "RankingSnapshot"
    SET "scoresVersion" = ${scoresVersion}, "codeVersion" = ${RANKING_VERSION}, key = ${key},
      content = ${content}::jsonb, figures = coalesce(${figures}::jsonb, figures), "computedAt" = ${new Date()}
    WHERE "phaseId" = ${phaseId}::uuid
      AND ("scoresVersion" <= ${scoresVersion} OR "codeVersion" < ${RANKING_VERSION})
      AND "frozenAt" IS NOT DISTINCT FROM ${frozenAt}`;
}

/** The attempts that a final ranking was frozen with. */
async function frozenEvaluations(final: { id: string; content: Uint8Array }): Promise<string[]> {
  const { entries, baselines = [] } = parseRanking(final.id, await textOf(final));
  return [...entries, ...baselines].map(({ evaluationId }) => evaluationId);
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
  { testSet, ...phase }: RankedPhase,
  {
    submissions,
    baselines,
    heldBack,
  }: Pick<ShownEntries, 'baselines' | 'heldBack'> & { submissions: readonly CountingSubmission[] },
  memories: RankingMemories,
): Promise<Ranked> {
  const beside = await scoreBaselines(db, { ...phase, testSet }, { baselines, heldBack });
  const recordedOf = await readRecordedValues(db, phase, {
    evaluations: submissions.map(({ evaluation }) => evaluation.id),
    caseCount: testSet.caseCount,
    heldBack,
  });
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
    rows: rankedRows(analysis, recorded.submissions).map(toStoredRow),
    baselines: beside,
    tau: analysis.uncertainty?.tau ?? null,
    falseOrder: analysis.uncertainty?.falseOrder ?? [],
    comparedBy: analysis.compared?.of ?? null,
    leader: analysis.leader && { mean: analysis.leader.mean, corrected: analysis.leader.corrected },
    figures: describeFigures(
      analysis,
      recorded.submissions.map(({ id }) => id),
    ),
  };
}
