import type { LeaderboardEntry } from '#lib/api/leaderboards/leaderboards.ts';
import type { ComparedCases, ComparedPair, ComparisonView, VolumePoint } from '#lib/api/pages/comparison.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { withoutHeldBack } from '#lib/domain/disclosure/held-back.ts';
import type { CaseVolumes } from '#lib/domain/evaluations/volumes.ts';
import { caseDecimals, roundOrNull, roundTo } from '#lib/domain/metrics/rounding.ts';
import { comparePair, type PairedMetric } from '#lib/domain/ranking/pair.ts';
import { REPLICATES } from '#lib/domain/ranking/replicates.ts';
import type { ScoreTable } from '#lib/domain/ranking/table.ts';
import { authorize } from '#lib/site/authorization.ts';
import { findPhase, readSharedChallenge } from '#lib/site/challenges/find-challenge.ts';
import { leaderboardMetrics, type PhaseWithTestSet } from '#lib/site/challenges/phase-view.ts';
import { readLeaderboard } from '#lib/site/leaderboards/leaderboard.ts';
import type { Site } from '#lib/site/site.ts';
import { agreementOf } from './agreement.ts';
import { testOf } from './pair-tests.ts';
import { readScoreTable, readVolumes } from './recorded-scores.ts';
import { type ShownCases, shownCases } from './shown-cases.ts';

export interface ComparisonQuery {
  a?: string | undefined;
  b?: string | undefined;
  /** The metric of the points; the primary one by default. */
  metric?: string | undefined;
}

/**
 * Two teams of a leaderboard side by side. Public: what is computed from single cases is there only for those who may see
 * these of both, and everybody else gets what the leaderboard shows.
 */
export async function comparisonView(
  site: Site,
  slug: string,
  phaseSlug: string,
  viewer: Viewer | null,
  query: ComparisonQuery,
): Promise<ComparisonView> {
  const challenge = await readSharedChallenge(site, slug, viewer);
  authorize('leaderboard.read', viewer, { challenge });
  const phase = findPhase(challenge, phaseSlug);
  const shown = shownCases(phase, challenge, viewer);
  const leaderboard = await readLeaderboard(site, phase, shown.audience);
  const { entries } = leaderboard;
  const find = (team: string | undefined) => entries.find(({ teamSlug }) => teamSlug === team) ?? null;
  const [a, b] = [find(query.a), find(query.b)];
  const isPair = a !== null && b !== null && a !== b;
  return {
    challengeSlug: slug,
    synthetic: challenge.synthetic,
    phase: leaderboard.phase,
    decimals: leaderboard.decimals,
    caseCount: leaderboard.caseCount,
    summary: leaderboard.summary,
    replicates: leaderboard.replicates,
    metrics: leaderboard.metrics,
    asOf: site.now().toISOString(),
    teams: entries
      .map(({ teamSlug, teamName }) => ({ slug: teamSlug, name: teamName }))
      .sort((one, other) => one.name.localeCompare(other.name, 'en')),
    chosen: [a?.teamSlug ?? null, b?.teamSlug ?? null],
    pair: isPair ? await comparedPair(site, phase, { entries, pair: [a, b], shown, query }) : null,
  };
}

async function comparedPair(
  site: Site,
  phase: PhaseWithTestSet,
  given: {
    entries: readonly LeaderboardEntry[];
    pair: [LeaderboardEntry, LeaderboardEntry];
    shown: ShownCases;
    query: ComparisonQuery;
  },
): Promise<ComparedPair> {
  const { entries, pair, shown, query } = given;
  const [first, second] = pair.map((entry) => entries.indexOf(entry)) as [number, number];
  const [a, b] = pair.map(({ submissionId }) => submissionId) as [string, string];
  const [figures, volumes] = await Promise.all([
    site.rankings.readFigures(phase.id),
    phase.recordsVolumes
      ? (readVolumes(site.db, [a, b], shown.heldBack) as Promise<[CaseVolumes[], CaseVolumes[]]>)
      : null,
  ]);
  return {
    entries: pair,
    falseOrder: Math.abs(first - second) === 1 ? entries[Math.min(first, second)]!.falseOrder : null,
    test: testOf(figures, a, b),
    agreement: volumes && mapBoth(volumes, (own) => agreementOf(own, phase, shown)),
    cases: shown.single ? await comparedCases(site, phase, { ids: [a, b], volumes, shown, query }) : null,
  };
}

async function comparedCases(
  { db }: Site,
  phase: PhaseWithTestSet,
  given: {
    ids: [string, string];
    volumes: [CaseVolumes[], CaseVolumes[]] | null;
    shown: ShownCases;
    query: ComparisonQuery;
  },
): Promise<ComparedCases | null> {
  const { ids, volumes, shown, query } = given;
  const { heldBack } = shown;
  const table = await readScoreTable(db, phase, { ids, heldBack, metrics: phase.metrics });
  if (!table) return null;
  const metrics = leaderboardMetrics(phase);
  const ofCases = metrics.filter(({ over }) => over === 'case');
  const metric = ofCases.find((one) => one.metric === query.metric) ?? ofCases[0] ?? metrics[0]!;
  return {
    metrics: comparePair(table, { seed: phase.seed, replicates: REPLICATES }).map((one) =>
      rounded(one, phase.decimals),
    ),
    metric,
    points: pointsOf(table, metric.metric, { places: caseDecimals(phase.decimals), heldBack }),
    volumes:
      volumes && mapBoth(volumes, (own) => own.map((one) => volumePoint(one, caseDecimals(phase.decimals)))),
  };
}

function mapBoth<From, To>([a, b]: [From, From], change: (one: From) => To): [To, To] {
  return [change(a), change(b)];
}

function rounded({ metric, difference, interval, falseOrder, outcomes }: PairedMetric, decimals: number) {
  return {
    metric,
    difference: roundOrNull(difference, decimals),
    interval: interval && (interval.map((end) => roundTo(end, decimals)) as [number, number]),
    falseOrder: roundOrNull(falseOrder, 3),
    outcomes,
  };
}

/** Of the cases that both have a value of. */
function pointsOf(
  table: ScoreTable,
  metric: string,
  { places, heldBack }: { places: number; heldBack: readonly boolean[] },
): ComparedCases['points'] {
  const column = table.columns.find((one) => one.metric.metric === metric);
  if (column?.over !== 'case') return [];
  const { values, missing, counts } = column;
  const cases = withoutHeldBack([...heldBack.keys()], heldBack);
  return [...counts.keys()].flatMap((c) => {
    const [a, b] = [2 * c, 2 * c + 1];
    if (counts[c] === 0 || missing[a] === 1 || missing[b] === 1) return [];
    return [
      { caseId: String(cases[c]! + 1), a: roundTo(values[a]!, places), b: roundTo(values[b]!, places) },
    ];
  });
}

function volumePoint({ caseIndex, predictedMl, trueMl }: CaseVolumes, places: number): VolumePoint {
  return {
    caseId: String(caseIndex + 1),
    predictedMl: roundTo(predictedMl, places),
    trueMl: roundTo(trueMl, places),
  };
}
