import type { PhaseRules } from '#lib/domain/phases/settings.ts';
import { type AnalysisInput, analyzeRanking } from '#lib/domain/ranking/analysis.ts';
import { type RankedRow, rankedRows } from '#lib/domain/ranking/rows.ts';

export type LeaderboardInput = Omit<AnalysisInput, 'method' | 'summary' | 'intervalsOf'> & {
  ranking?: PhaseRules['ranking'];
  summary?: PhaseRules['summary'];
};

/** The rows of a leaderboard, by default of means that are ranked. */
export function rankRows({
  ranking = 'AGGREGATE_THEN_RANK',
  summary = 'MEAN',
  ...given
}: LeaderboardInput): RankedRow[] {
  const analysis = analyzeRanking({ ...given, method: ranking, summary, intervalsOf: 'averages' });
  return rankedRows(analysis, given.submissions);
}
