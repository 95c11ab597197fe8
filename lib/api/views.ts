import type { EvaluationState } from '#lib/domain/evaluations/state.ts';
import type { PhaseStatus } from '#lib/domain/phases/phase.ts';
import type { Quota } from '#lib/domain/phases/quota.ts';
import type { PhaseRules as Rules } from '#lib/domain/phases/settings.ts';
import type { RunnerCapabilities } from '#lib/domain/runners/capabilities.ts';
import type { RunnerHealth } from '#lib/domain/runners/health.ts';
import type { Axis } from '#lib/domain/statistics/axis.ts';

/**
 * What the pages and /api/v1 are given: plain values, already cut down to what the reader may see and
 * rounded to what the phase discloses. Times are ISO 8601 in UTC.
 */

export interface Viewer {
  userId: string;
  name: string;
  email: string | null;
  isAdmin: boolean;
  teams: { id: string; slug: string; name: string; role: 'OWNER' | 'MEMBER' }[];
}

export interface PhaseSummary {
  id: string;
  slug: string;
  title: string;
  kind: 'OPEN' | 'HIDDEN';
  status: PhaseStatus;
  opensAt: string;
  closesAt: string;
  /** null until a test set has been imported. */
  caseCount: number | null;
}

export interface ChallengeSummary {
  slug: string;
  title: string;
  question: string;
  synthetic: boolean;
  phases: PhaseSummary[];
  teamCount: number;
  /** The first teams of the phase that says most (the open or latest hidden one), with its slug. */
  leaders: {
    phaseSlug: string;
    metricLabel: string;
    rows: LeaderboardEntry[];
    axis: Axis;
    caseCount: number;
  } | null;
}

export interface ChallengeView extends ChallengeSummary {
  summary: string;
  citation: string | null;
  organizers: string[];
  /** The viewer may open /organize/[slug]. */
  viewerOrganizes: boolean;
  phaseRules: PhaseRules[];
}

/** The settings of a phase, as everyone may read them. */
export type PhaseRules = Rules & { phaseSlug: string };

export interface LeaderboardMetric {
  metric: string;
  label: string;
  unit: string;
  better: 'higher' | 'lower';
  version: number;
  /** Connectivity where the metric has components, else null. */
  connectivity: number | null;
  weight: number;
}

export interface LeaderboardEntry {
  teamSlug: string;
  teamName: string;
  submissionId: string;
  algorithm: string;
  submittedAt: string;
  rank: number;
  /** 95 % of bootstrap replicates. */
  rankRange: [number, number];
  /** Weighted mean of the metric ranks. */
  meanRank: number;
  failed: number;
  submissionCount: number;
  /** Same order as `metrics` of the board. Means, rounded to the phase's decimals. */
  scores: { mean: number | null; interval: [number, number] | null; rank: number | null }[];
}

export interface LeaderboardView {
  challengeSlug: string;
  challengeTitle: string;
  synthetic: boolean;
  phase: PhaseSummary;
  counting: 'BEST' | 'LATEST';
  decimals: number;
  caseCount: number;
  replicates: number;
  seed: number;
  metrics: LeaderboardMetric[];
  /** Axis of the first (primary) metric's whiskers. */
  axis: Axis;
  rows: LeaderboardEntry[];
  /** When the newest score on the board was recorded; null on an empty board. */
  updatedAt: string | null;
  /** When this view was made. */
  asOf: string;
}

export type CaseMark = 'scored' | 'failed' | 'running' | 'waiting';

/** Faults of one evaluation, grouped by code. */
export interface CaseErrorGroup {
  code: string;
  meaning: string;
  steps: readonly string[];
  /** Scans that failed by it; 0 where it ended the evaluation as a whole. */
  count: number;
  /** Only in an open phase (and for organizers): one entry a case. */
  cases: { caseNumber: number; message: string | null; log: string | null }[];
}

export interface EvaluationView {
  id: string;
  state: EvaluationState;
  caseCount: number;
  scored: number;
  failed: number;
  running: number;
  /** Place in the queue, from 1; null unless QUEUED. */
  queuePlace: number | null;
  queueLength: number | null;
  /** Why no runner takes it, where none can: a sentence for the team and the organizers. */
  waitsFor: string | null;
  createdAt: string;
  startedAt: string | null;
  imageReadyAt: string | null;
  firstCaseAt: string | null;
  finishedAt: string | null;
  requeues: number;
  /** A fault of the platform that sent it back to the queue: said, so that nobody wonders. */
  platformError: { code: string; meaning: string } | null;
  /** Why the evaluation as a whole failed: code and sentence; message where it may be shown. */
  error: (CaseErrorGroup & { message: string | null }) | null;
  caseErrors: CaseErrorGroup[];
  /** Shown when SCORED. */
  scores: (LeaderboardMetric & {
    mean: number | null;
    median: number | null;
    failed: number;
    n: number;
  })[];
  caseDisclosure: CaseDisclosure;
  /** Scores of single cases as `caseDisclosure` says, in the order of their ids. */
  caseScores: CaseScoreView[];
}

/**
 * What a reader is told of single cases.
 * - `NONE`: nothing.
 * - `SCORES`: scores under the numbers of the cases; of those that failed no more than how many.
 * - `DRAWN`: the same under ids drawn for the phase, which do not follow the order of the sealed set.
 * - `ALL`: every case under its number, failed ones with their codes.
 */
export type CaseDisclosure = 'NONE' | 'SCORES' | 'PSEUDONYMOUS' | 'ALL';

export interface CaseScoreView {
  /** The number of the case, from 1, or its drawn id. */
  caseId: string;
  status: 'SCORED' | 'FAILED' | 'REJECTED';
  code: string | null;
  /** null: the case has no such value. At most three decimals. */
  metrics: Record<string, number | null>;
}

/** A file as the team sent it. */
export interface ArchiveView {
  fileName: string;
  bytes: number;
  sha256: string;
}

export interface SubmissionView {
  id: string;
  shortId: string;
  challengeSlug: string;
  challengeTitle: string;
  synthetic: boolean;
  phases: PhaseSummary[];
  phase: PhaseSummary;
  rules: PhaseRules;
  team: { slug: string; name: string };
  sentBy: string;
  algorithm: string;
  createdAt: string;
  image: ArchiveView;
  /** Weights that were sent beside the image. */
  model: ArchiveView | null;
  /** The viewer is of the team or organizes: sees more than the public and may cancel. */
  viewerIsTeam: boolean;
  viewerOrganizes: boolean;
  evaluation: EvaluationView;
  quota: (Omit<Quota, 'resetsAt'> & { resetsAt: string }) | null;
  /** Other submissions of the team in this phase, newest first. */
  others: { id: string; shortId: string; algorithm: string; state: EvaluationState; createdAt: string }[];
  /** The team's row on the board, where it has one. */
  onLeaderboard: {
    submissionId: string;
    rank: number;
    rankRange: [number, number];
    primaryLabel: string;
    primaryMean: number | null;
  } | null;
  asOf: string;
}

/** What a team sends: an image, or the weights that containers see at /opt/ml/model. */
export type ArchiveKind = 'image' | 'model';

/** An archive that is there already, and can be submitted again. */
export interface SentArchive {
  id: string;
  fileName: string;
  bytes: number;
  sha256: string;
  sentAt: string;
  /** The latest submission that used it, by its algorithm's name; null where there is none. */
  algorithm: string | null;
}

export interface SubmitView {
  challengeSlug: string;
  challengeTitle: string;
  synthetic: boolean;
  phases: PhaseSummary[];
  rules: PhaseRules[];
  /** Quota per phase slug for each of the viewer's teams (by slug). */
  quotas: Record<string, Record<string, Omit<Quota, 'resetsAt'> & { resetsAt: string }>>;
  teams: { slug: string; name: string; registered: boolean }[];
  /** What each of the viewer's teams (by slug) has sent, the latest first. */
  archives: Record<string, Record<ArchiveKind, SentArchive[]>>;
}

export interface AccountView {
  name: string;
  email: string | null;
  teams: { slug: string; name: string; role: 'OWNER' | 'MEMBER' }[];
  tokens: { id: string; name: string; createdAt: string; lastUsedAt: string | null }[];
}

export interface RunnerView {
  id: string;
  name: string;
  recipient: string;
  lastSeenAt: string;
  /** It has not reported itself for a minute. */
  silent: boolean;
  /** null where it said nothing that can be read. */
  host: (RunnerCapabilities & { engineVersion: string; layers: string[] }) | null;
  health: RunnerHealth | null;
  evaluation: {
    id: string;
    /** Of this challenge; null for another's, of which an organizer sees no more than how far it is. */
    of: { submissionId: string; teamName: string; phaseTitle: string } | null;
    done: number;
    caseCount: number;
    /** Containers under way. */
    running: number;
  } | null;
}

/** A phase that none of the runners that report themselves can serve, and why not. */
export interface UnservedPhase {
  phaseSlug: string;
  phaseTitle: string;
  runners: { name: string; missing: string[] }[];
}

export interface OrganizerView {
  challenge: ChallengeView;
  testSets: {
    id: string;
    recipient: string;
    caseCount: number;
    bytes: number;
    sha256: string;
    createdAt: string;
    phaseSlugs: string[];
  }[];
  runners: RunnerView[];
  /** Waiting evaluations of this challenge, the oldest first. */
  queue: {
    evaluationId: string;
    submissionId: string;
    teamName: string;
    phaseSlug: string;
    phaseTitle: string;
    createdAt: string;
    /** From 1, among the evaluations of all challenges. */
    place: number;
  }[];
  /** Waiting evaluations of all challenges: they share the runners. */
  queueLength: number;
  unserved: UnservedPhase[];
  submissions: {
    id: string;
    shortId: string;
    teamName: string;
    teamSlug: string;
    phaseSlug: string;
    phaseTitle: string;
    algorithm: string;
    createdAt: string;
    state: EvaluationState;
    code: string | null;
    message: string | null;
    caseCount: number;
    scored: number;
    failed: number;
    requeues: number;
    platformCode: string | null;
  }[];
  /** Submissions whose latest attempt ended without a score by a fault of ours: they can be run again. */
  platformFailures: number;
  triage: {
    code: string;
    side: 'team' | 'platform';
    meaning: string;
    count: number;
    teams: string[];
    latestAt: string;
  }[];
  audit: { at: string; actor: string; action: string; detail: unknown }[];
  asOf: string;
}
