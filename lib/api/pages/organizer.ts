import { z } from 'zod';
import type { ChallengeView } from '#lib/api/challenges.ts';
import { PAGE_LIMITS } from '#lib/api/page-limits.ts';
import type { MailStatus } from '#lib/api/pages/mail.ts';
import type { Standing } from '#lib/api/submissions.ts';
import { idSchema, listQueryShape, type PageLinks, searchSchema } from '#lib/api/values.ts';
import { EVALUATION_STATES, type EvaluationState } from '#lib/domain/evaluations/state.ts';
import type { RunnerCapabilities } from '#lib/domain/runners/capabilities.ts';
import type { RunnerHealth } from '#lib/domain/runners/health.ts';
import type { TombstoneKind } from '#lib/domain/submissions/tombstone.ts';
import type { TestSetEntry } from './organizer/test-sets.ts';

/** The views of the organizers' console; not part of /api/v1. Times are ISO 8601 in UTC. */

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
  /** Since when organizers ask it to take no new work; null: they don't. */
  drain: { at: string; by: string } | null;
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

/** Number of submissions that one request reruns at most. */
export const MAX_RERUNS = 200;

export const MANY_ACTIONS = ['rerun', 'cancel'] as const;

/** What an action does to selected submissions. */
export interface ManyPlan {
  action: (typeof MANY_ACTIONS)[number];
  /** IDs of those that it changes. */
  submissions: string[];
  /** How many teams have these. */
  teams: number;
  /** How many of the selected ones it can't change. */
  impossible: number;
}

/** An evaluation of this challenge in the queue. */
export interface QueueEntry {
  evaluationId: string;
  submissionId: string;
  teamName: string;
  phaseSlug: string;
  phaseTitle: string;
  createdAt: string;
  /** From 1, among the queued evaluations of all challenges. */
  place: number;
  /** Whether organizers keep it from starting. */
  held: boolean;
  /** When it will probably start; null if that can't be said. */
  starts: { earliest: string; latest: string | null } | null;
}

/** What organizers keep from starting. */
export interface HoldView {
  id: string;
  /** null: the whole phase. */
  team: { slug: string; name: string } | null;
  phaseTitle: string | null;
  /** Of one evaluation. */
  submission: { id: string; shortId: string } | null;
  reason: string;
  heldBy: string;
  createdAt: string;
}

export const HOLD_KINDS = ['phase', 'team', 'submission'] as const;
export type HoldKind = (typeof HOLD_KINDS)[number];

/** A submission with the counts of its latest attempt. */
export interface SubmissionEntry {
  id: string;
  shortId: string;
  teamName: string;
  phaseSlug: string;
  phaseTitle: string;
  algorithm: string;
  createdAt: string;
  standing: Standing;
  state: EvaluationState;
  code: string | null;
  message: string | null;
  caseCount: number;
  scored: number;
  failed: number;
  requeues: number;
  platformCode: string | null;
  /** Whether its scores don't count any more. */
  tombstone: TombstoneKind | null;
}

/** How many submissions an error code affects, and of which teams. */
export interface TriageEntry {
  code: string;
  side: 'team' | 'platform';
  meaning: string;
  /** Submissions whose latest attempt failed, was requeued or has failed cases with this code. */
  count: number;
  teamCount: number;
  /** Names of the most affected teams. */
  teams: string[];
  latestAt: string;
}

export interface AuditEntry {
  id: string;
  at: string;
  actor: string;
  action: string;
  detail: unknown;
  /** Of the request; null for older events. */
  address: string | null;
  client: string | null;
  /** What the action changed. */
  before: unknown;
  after: unknown;
}

/** The submissions of a phase by the state of their latest attempt. */
export interface PhaseCounts {
  phaseSlug: string;
  phaseTitle: string;
  states: Readonly<Record<EvaluationState, number>>;
  /** Since when the oldest queued evaluation waits; null without one. */
  oldestQueuedAt: string | null;
}

/** Counts over all submissions of a challenge, by their latest attempts. */
export interface ConsoleSummary {
  counts: PhaseCounts[];
  /** Number of submissions whose latest attempt ended with a platform error. They can be rerun. */
  platformFailures: number;
  triage: TriageEntry[];
  /** Number of queued evaluations of all challenges, which share the runners. */
  queueLength: number;
}

/** What the console's pages have in common. */
export interface ListHead {
  challenge: Pick<ChallengeView, 'slug' | 'title' | 'synthetic' | 'visibility' | 'viewerOrganizes'>;
  asOf: string;
}

interface ListView extends ListHead, PageLinks {}

// Addresses are typed and shared, so a filter that makes no sense is ignored rather than refused.
const phaseFilter = z.string().max(100).optional().catch(undefined);
const dayFilter = z.iso.date().optional().catch(undefined);
export const pageShape = (() => {
  const { after, limit } = listQueryShape(idSchema, PAGE_LIMITS);
  return { after: after.catch(undefined), limit: limit.catch(PAGE_LIMITS.limit) };
})();

export const submissionsQuerySchema = z.object({
  /** Slug of a phase. */
  phase: phaseFilter,
  state: z.enum(EVALUATION_STATES).optional().catch(undefined),
  /** An error code of the latest attempt or of one of its cases. */
  code: z.string().max(40).optional().catch(undefined),
  /** Part of the name of a team or an algorithm, or the start or the end of an ID. */
  q: searchSchema.catch(undefined),
  ...pageShape,
});
export type SubmissionsQuery = z.infer<typeof submissionsQuerySchema>;

export interface SubmissionsView extends ListView {
  submissions: SubmissionEntry[];
  /** Of all submissions, whatever the filters. */
  counts: PhaseCounts[];
  /** Error codes that occur. */
  codes: string[];
  viewerMay: { changeMany: boolean };
}

export const queueQuerySchema = z.object({
  phase: phaseFilter,
  /** ID of a submission with which to fill in the form that holds it. */
  hold: idSchema.optional().catch(undefined),
  ...pageShape,
});
export type QueueQuery = z.infer<typeof queueQuerySchema>;

export interface QueueView extends ListView {
  queue: QueueEntry[];
  queueLength: number;
  counts: PhaseCounts[];
  /** The latest first. */
  holds: HoldView[];
  viewerMay: { hold: boolean };
}

export const auditQuerySchema = z.object({
  action: z.string().max(40).optional().catch(undefined),
  /** Part of the name of the person, of the team's slug or of the submission's ID. */
  q: searchSchema.catch(undefined),
  /** Days in UTC, both included. */
  from: dayFilter,
  to: dayFilter,
  ...pageShape,
});
export type AuditQuery = z.infer<typeof auditQuerySchema>;

export interface AuditView extends ListView {
  audit: AuditEntry[];
}

/** A version of the organizers' scorer of a phase. */
export interface ScorerEntry {
  id: string;
  phaseTitle: string;
  version: number;
  fileName: string;
  bytes: number;
  /** Of the image archive. */
  sha256: string;
  createdAt: string;
  /** A name; null if the audit trail doesn't say. */
  importedBy: string | null;
  /** Whether it scores evaluations that end from now on. */
  isInForce: boolean;
}

export interface OrganizerView extends ConsoleSummary {
  challenge: Omit<ChallengeView, 'leaders'>;
  /** Those of a phase first, then the latest. */
  testSets: TestSetEntry[];
  /** By phase, the latest version first; empty where no phase is scored by a container. */
  scorers: ScorerEntry[];
  /** Number of evaluations whose cases are done and that wait because a scorer failed. */
  waitingForScorer: number;
  /** The running ones and the last that were seen. */
  runners: RunnerView[];
  /** The first queued evaluations of this challenge. */
  queue: QueueEntry[];
  unserved: UnservedPhase[];
  /** What organizers must decide. */
  waiting: {
    registrations: number;
    oldestRegistrationAt: string | null;
    holds: number;
    heldEvaluations: number;
    /** Decisions about results that are requested and not confirmed. */
    requests: number;
    /** Scores of other versions of the metrics, neither published nor dropped; the latest first. */
    rescorings: { phaseTitle: string; metrics: string[]; submissions: number; rankChanges: number }[];
    /** Requests for data, and those of them whose due date has passed. */
    dataRequests: number;
    overdueDataRequests: number;
  };
  /** The latest submissions. */
  submissions: SubmissionEntry[];
  /** The latest events. */
  audit: AuditEntry[];
  mail: MailStatus;
  asOf: string;
  /** What the viewer's role among the organizers allows. */
  viewerMay: { rerun: boolean; drain: boolean; importTestSet: boolean; importScorer: boolean };
}
