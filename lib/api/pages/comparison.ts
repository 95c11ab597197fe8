import type { Agreement } from '#lib/api/leaderboards/figures.ts';
import type {
  LeaderboardEntry,
  LeaderboardMetric,
  LeaderboardView,
} from '#lib/api/leaderboards/leaderboards.ts';

/** The view of the page that compares two teams; not part of /api/v1. */
export interface ComparisonView
  extends Pick<
    LeaderboardView,
    | 'challengeSlug'
    | 'synthetic'
    | 'phase'
    | 'decimals'
    | 'caseCount'
    | 'summary'
    | 'replicates'
    | 'metrics'
    | 'asOf'
  > {
  /** Everyone on the leaderboard, to choose from, by name. */
  teams: { slug: string; name: string }[];
  /** The chosen teams; null where no leaderboard has them. */
  chosen: [string | null, string | null];
  /** null unless two different teams are chosen. */
  pair: ComparedPair | null;
}

export interface ComparedPair {
  entries: [LeaderboardEntry, LeaderboardEntry];
  /** Probability that their order on the leaderboard is false; null unless they are neighbors there. */
  falseOrder: number | null;
  /** The test of the leaderboard: its adjusted p-value, and 1 if the first team is better, −1 if the second is, 0 if neither; null where unknown. */
  test: { p: number; better: number } | null;
  /** Of predicted and true volumes; null unless the phase records them, or where too few cases have one. */
  agreement: [Agreement | null, Agreement | null] | null;
  /** Computed from single cases, which the reader may see of both; null otherwise. */
  cases: ComparedCases | null;
}

export interface ComparedCases {
  /** In the order of the metrics. */
  metrics: ComparedMetric[];
  /** The metric of the points. */
  metric: LeaderboardMetric;
  /** Cases with a value of both. */
  points: { caseId: string; a: number; b: number }[];
  /** Of both teams; null unless the phase records volumes. */
  volumes: [VolumePoint[], VolumePoint[]] | null;
}

export interface VolumePoint {
  caseId: string;
  predictedMl: number;
  trueMl: number;
}

/** Rounded to what the phase shows. */
export interface ComparedMetric {
  metric: string;
  difference: number | null;
  interval: [number, number] | null;
  falseOrder: number | null;
  outcomes: { wins: number; ties: number; losses: number } | null;
}
