import type { ChallengeView } from '#lib/api/challenges.ts';
import type { EvaluationState } from '#lib/domain/evaluations/state.ts';
import type { RunnerCapabilities } from '#lib/domain/runners/capabilities.ts';
import type { RunnerHealth } from '#lib/domain/runners/health.ts';

/** The view of the organizers' console; not part of /api/v1. Times are ISO 8601 in UTC. */

export interface RunnerView {
  id: string;
  name: string;
  recipient: string;
  lastSeenAt: string;
  /** Whether it has missed several reports (lib/domain/runners/silence.ts). */
  silent: boolean;
  /** null if its report doesn't parse. */
  host: (RunnerCapabilities & { engineVersion: string; layers: string[] }) | null;
  health: RunnerHealth | null;
  evaluation: {
    id: string;
    /** null if the evaluation belongs to another challenge, of which organizers see only the progress. */
    of: { submissionId: string; teamName: string; phaseTitle: string } | null;
    done: number;
    caseCount: number;
    /** Running containers. */
    running: number;
    /** If the runner is silent by then, another one takes over. */
    leaseExpiresAt: string | null;
  } | null;
}

/** A phase that no active runner can serve, and what each of them is missing. */
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
  /** Queued evaluations of this challenge, in queue order. */
  queue: {
    evaluationId: string;
    submissionId: string;
    teamName: string;
    phaseSlug: string;
    phaseTitle: string;
    createdAt: string;
    /** From 1, among the queued evaluations of all challenges. */
    place: number;
  }[];
  /** Number of queued evaluations of all challenges, which share the runners. */
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
  /** Number of submissions whose latest attempt ended with a platform error. They can be rerun. */
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
