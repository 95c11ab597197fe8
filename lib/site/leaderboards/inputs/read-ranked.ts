import { createHash } from 'node:crypto';
import { REPLICATES } from '#lib/domain/ranking/replicates.ts';
import { RANKING_VERSION } from '#lib/domain/ranking/version.ts';
import type { Database } from '#lib/platform/database.ts';
import { phaseFromRow } from '#lib/platform/rows/phase.ts';
import { testSetFromRow } from '#lib/platform/rows/test-set.ts';
import { parseRanking, textOf } from '#lib/site/leaderboards/permanent/stored-text.ts';
import type { RankedPhase } from '#lib/site/leaderboards/ranked-phase.ts';
import { readShownEntries, type ShownEntries } from '#lib/site/leaderboards/shown-entries.ts';

/** What the rankings of a phase, on all cases and on those of a stratum, are computed from. */
export interface RankedInputs {
  phase: RankedPhase;
  entries: ShownEntries;
  /** SHA-256 of what the ranks depend on. */
  key: string;
  scoresVersion: number;
  /** Of the ranking that is stored. */
  stored: { key: string; frozenAt: Date | null } | null;
}

/** null if the phase is gone. */
export async function readRanked(db: Database, phaseId: string): Promise<RankedInputs | null> {
  const row = await db.phase.findUnique({
    where: { id: phaseId },
    include: { testSet: true, snapshot: { select: { key: true, frozenAt: true, final: true } } },
  });
  if (!row) return null;
  if (!row.testSet) throw new Error(`Phase ${phaseId} has scores but no test set.`);
  const { scoresVersion, snapshot, ...rules } = phaseFromRow(row);
  const testSet = testSetFromRow(row.testSet);
  const phase = { ...rules, testSet };
  const frozen = snapshot?.final ? await frozenEvaluations(snapshot.final) : null;
  const entries = await readShownEntries(db, phase, frozen);
  const { metrics, ranking, summary, seed } = phase;
  const { counting, baselines, heldBack, versions, rescoringId } = entries;
  const ranked = [metrics, ranking, summary, seed, heldBack, versions, rescoringId];
  const inputs = [RANKING_VERSION, testSet.id, testSet.worst, ranked, REPLICATES];
  const ids = counting.map(({ evaluation }) => evaluation.id);
  const beside = baselines.length === 0 ? [] : [baselines.map(({ id }) => id)];
  const key = createHash('sha256')
    .update(JSON.stringify([inputs, ids, ...beside]))
    .digest('hex');
  const stored = snapshot && { key: snapshot.key, frozenAt: snapshot.frozenAt };
  return { phase, entries, key, scoresVersion, stored };
}

/** The attempts that a final ranking was frozen with. */
async function frozenEvaluations(final: { id: string; content: Uint8Array }): Promise<string[]> {
  const { entries, baselines = [] } = parseRanking(final.id, await textOf(final));
  return [...entries, ...baselines].map(({ evaluationId }) => evaluationId);
}
