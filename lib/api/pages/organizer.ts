import type { ChallengeView } from '#lib/api/challenges.ts';
import type { EvaluationState } from '#lib/domain/evaluations/state.ts';
import type { RunnerCapabilities } from '#lib/domain/runners/capabilities.ts';
import type { RunnerHealth } from '#lib/domain/runners/health.ts';

/** The organizers' console; no part of /api/v1. Times are ISO 8601 in UTC. */

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
