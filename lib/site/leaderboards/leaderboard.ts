import type { Certainty, LeaderboardEntry, LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';
import {
  type Audience,
  isSealed,
  leavesOutHeldBack,
  showsRanking,
} from '#lib/domain/disclosure/disclosure.ts';
import { drawHeldBack } from '#lib/domain/disclosure/held-back.ts';
import { roundOrNull, roundTo } from '#lib/domain/metrics/rounding.ts';
import { startOfMinute } from '#lib/domain/minutes.ts';
import { VARIANT_NAMES } from '#lib/domain/ranking/methods/variants.ts';
import type { Better } from '#lib/domain/ranking/ranks.ts';
import { REPLICATES } from '#lib/domain/ranking/replicates.ts';
import { type Axis, axisOver } from '#lib/domain/statistics/axis.ts';
import { requireMetric } from '#lib/domain/tasks/task-metrics.ts';
import { leaderboardMetrics, type PhaseWithTestSet, phaseSummary } from '#lib/site/challenges/phase-view.ts';
import type { Site } from '#lib/site/site.ts';
import { toBaseline } from './baselines.ts';
import { emptySnapshot, type Snapshot, type SnapshotContent, type SnapshotRow } from './snapshot.ts';

/** All entries of a phase's leaderboard by rank, as they are shown to everyone. */
export type PhaseLeaderboard = Pick<
  LeaderboardView,
  | 'phase'
  | 'ranking'
  | 'summary'
  | 'counting'
  | 'decimals'
  | 'caseCount'
  | 'isSealed'
  | 'heldBackCases'
  | 'replicates'
  | 'seed'
  | 'metrics'
  | 'methods'
  | 'certainty'
  | 'axis'
  | 'historyRange'
  | 'entries'
  | 'baselines'
  | 'strata'
  | 'stratum'
  | 'revision'
> & { updatedAt: string | null };

/** Without what tells one ranking from the next. */
export type RankedLeaderboard = Omit<PhaseLeaderboard, 'revision'>;

/**
 * The leaderboard as it was ranked last, as far as the audience may see it: scores of the last second or two may be missing.
 * Whatever is shown of a phase's ranking is read here or from `readCurrentLeaderboard`.
 */
export async function readLeaderboard(
  site: Pick<Site, 'rankings' | 'now'>,
  phase: PhaseWithTestSet,
  audience: Audience = 'public',
): Promise<PhaseLeaderboard> {
  const snapshot = showsRanking(phase, audience) ? await site.rankings.read(phase) : NOTHING;
  return withRevision(phase, snapshot, site.now());
}

/** The leaderboard with every score that is recorded now, if it is ranked in time. */
export async function readCurrentLeaderboard(
  site: Pick<Site, 'rankings' | 'now'>,
  phase: PhaseWithTestSet,
  audience: Audience,
  timeoutMs: number,
): Promise<PhaseLeaderboard> {
  if (!showsRanking(phase, audience)) return withRevision(phase, NOTHING, site.now());
  return withRevision(phase, await site.rankings.readCurrent(phase, timeoutMs), site.now());
}

const NOTHING = emptySnapshot();

function withRevision(phase: PhaseWithTestSet, { content, revision }: Snapshot, now: Date): PhaseLeaderboard {
  return { ...toLeaderboard(phase, content, now), revision };
}

interface Derived
  extends Pick<PhaseLeaderboard, 'entries' | 'baselines' | 'axis' | 'certainty' | 'historyRange'> {
  decimals: number;
}

/** An axis for the values and intervals of the metric at a place. */
export function axisOf(
  { entries, baselines }: Pick<PhaseLeaderboard, 'entries' | 'baselines'>,
  place: number,
  range: Parameters<typeof axisOver>[1],
): Axis {
  const shown = [...entries, ...baselines].flatMap(({ scores }) => [
    ...(scores[place]?.interval ?? []),
    scores[place]?.value ?? [],
  ]);
  return axisOver(shown.flat(), range);
}

/** What is derived from a snapshot, once for all requests that read it. Each snapshot is of one phase. */
const derived = new WeakMap<SnapshotContent, Derived>();

function derive(snapshot: SnapshotContent, { decimals, metrics, task }: PhaseWithTestSet): Derived {
  const kept = derived.get(snapshot);
  if (kept?.decimals === decimals) return kept;
  const entries = snapshot.rows.map((row, place) => toEntry(row, snapshot.falseOrder[place], decimals));
  const baselines = snapshot.baselines.map((row) => toBaseline(row, decimals));
  const axis = axisOf({ entries, baselines }, 0, requireMetric(task, metrics[0]!.metric).range);
  const ranked = metrics.find(({ weight }) => weight > 0)!;
  const { better } = requireMetric(task, ranked.metric);
  const certainty = certaintyOf(snapshot, better);
  const historyRange = rangeOf(entries.flatMap(({ history }) => history));
  const fresh = { decimals, entries, baselines, axis, certainty, historyRange };
  derived.set(snapshot, fresh);
  return fresh;
}

export function toLeaderboard(
  phase: PhaseWithTestSet,
  content: SnapshotContent,
  now: Date,
): RankedLeaderboard {
  const { decimals: _, ...derivedParts } = derive(content, phase);
  const { updatedAt } = content;
  const caseCount = phase.testSet?.caseCount ?? 0;
  const heldBack = leavesOutHeldBack(phase)
    ? drawHeldBack({ ...phase, caseCount }).filter(Boolean).length
    : 0;
  return {
    phase: phaseSummary(phase, now),
    ranking: phase.ranking,
    summary: phase.summary,
    counting: phase.counting,
    decimals: phase.decimals,
    caseCount: caseCount - heldBack,
    isSealed: isSealed(phase),
    heldBackCases: heldBack,
    replicates: REPLICATES,
    seed: phase.seed,
    // Scores keep the version that they were computed with, until a rescoring is published.
    metrics: leaderboardMetrics(phase).map((metric) => ({
      ...metric,
      version: content.versions[metric.metric] ?? metric.version,
    })),
    methods: VARIANT_NAMES,
    ...derivedParts,
    strata: content.strata.flatMap(({ withheld, ...stratum }) => (withheld ? [] : [stratum])),
    stratum: null,
    updatedAt: updatedAt && minuteOf(updatedAt),
  };
}

function toEntry(
  { id, meanRank, scores, history, variantRanks, compared: _, ...row }: SnapshotRow,
  falseOrder: number | undefined,
  decimals: number,
): LeaderboardEntry {
  const round = (value: number) => roundTo(value, decimals);
  return {
    ...row,
    submissionId: id,
    submittedAt: minuteOf(row.submittedAt),
    meanRank: roundTo(meanRank, 2),
    falseOrder: falseOrder === undefined ? null : roundTo(falseOrder, 3),
    methodRanks: variantRanks,
    history: history.map(([minute, value]) => [minute, roundOrNull(value, decimals)]),
    scores: scores.map(([value, low, high, rank]) => ({
      value: roundOrNull(value, decimals),
      interval: low === null || high === null ? null : [round(low), round(high)],
      rank,
    })),
  };
}

function rangeOf(points: readonly LeaderboardEntry['history'][number][]): PhaseLeaderboard['historyRange'] {
  const known = points.flatMap(([at, value]) => (value === null ? [] : [{ at, value }]));
  if (known.length === 0) return null;
  const [first] = known;
  const range = { from: first!.at, to: first!.at, low: first!.value, high: first!.value };
  for (const { at, value } of known) {
    range.from = Math.min(range.from, at);
    range.to = Math.max(range.to, at);
    range.low = Math.min(range.low, value);
    range.high = Math.max(range.high, value);
  }
  return range;
}

/** @param better of the first ranked metric. */
function certaintyOf({ rows, tau, comparedBy, leader }: SnapshotContent, better: Better): Certainty {
  // What is compared is lower for a better value.
  const sign = comparedBy === 'metric' && better === 'higher' ? -1 : 1;
  return {
    tau: roundOrNull(tau, 3),
    bestSet: rows.filter(({ rankRange }) => rankRange[0] === 1).map(({ teamSlug }) => teamSlug),
    tiers: Math.max(0, ...rows.map(({ tier }) => tier)),
    comparedBy,
    leader: leader && { mean: sign * leader.mean, corrected: sign * leader.corrected },
  };
}

function minuteOf(time: string): string {
  return startOfMinute(new Date(time)).toISOString();
}
