import { z } from 'zod';
import { CASE_DISCLOSURES } from '#lib/domain/disclosure/disclosure.ts';
import { EVALUATION_STATES } from '#lib/domain/evaluations/state.ts';
import { CASE_STATUSES } from '#lib/domain/metrics/aggregate.ts';
import { leaderboardMetricSchema } from './leaderboards/leaderboards.ts';
import { countSchema, idSchema, timestampSchema } from './values.ts';

export const evaluationStateSchema = z.enum(EVALUATION_STATES);

/** Errors of one evaluation, grouped by code. */
const caseErrorGroupSchema = z.object({
  code: z.string(),
  meaning: z.string(),
  steps: z.array(z.string()).readonly(),
  /** Cases that failed with this code; 0 if it ended the evaluation as a whole. */
  count: countSchema,
  /** One entry per case, only in an open phase or for organizers. */
  cases: z.array(
    z.object({ caseNumber: z.int().min(1), message: z.string().nullable(), log: z.string().nullable() }),
  ),
});
export type CaseErrorGroup = z.infer<typeof caseErrorGroupSchema>;

const caseDisclosureSchema = z.enum(CASE_DISCLOSURES);

const caseScoreViewSchema = z.object({
  /** The case number, from 1, or its pseudonymous ID. */
  caseId: z.string(),
  status: z.enum(CASE_STATUSES),
  code: z.string().nullable(),
  /** null if the metric is undefined for the case. At most three decimals. */
  metrics: z.record(z.string(), z.number().nullable()),
});
export type CaseScoreView = z.infer<typeof caseScoreViewSchema>;

const aggregateSchema = leaderboardMetricSchema.extend({
  /** Of a metric over the set: its value, and no median. */
  mean: z.number().nullable(),
  median: z.number().nullable(),
  failed: countSchema,
  n: countSchema,
});

/** The latest attempt of a submission. Also the data of each `evaluation` event. */
export const evaluationViewSchema = z.object({
  id: idSchema,
  state: evaluationStateSchema,
  caseCount: countSchema,
  scored: countSchema,
  failed: countSchema,
  running: countSchema,
  /** Place in the queue, from 1; null unless QUEUED. */
  queuePlace: z.int().min(1).nullable(),
  queueLength: countSchema.nullable(),
  /** Why no runner can take it, for the team and the organizers; null if one can. */
  waitsFor: z.string().nullable(),
  /**
   * Set while it is RUNNING but its runner has stopped answering: since when, and when its lease expires, after
   * which another runner takes over. For the team and the organizers.
   */
  runnerSilence: z.object({ since: timestampSchema, leaseExpiresAt: timestampSchema }).nullable(),
  createdAt: timestampSchema,
  startedAt: timestampSchema.nullable(),
  imageReadyAt: timestampSchema.nullable(),
  firstCaseAt: timestampSchema.nullable(),
  finishedAt: timestampSchema.nullable(),
  requeues: countSchema,
  /** Whether the submission counts toward the quota. */
  usesQuota: z.boolean(),
  /** The same once it is cancelled; for one that has ended, equal to `usesQuota`. */
  usesQuotaOnceCancelled: z.boolean(),
  /** The platform error because of which the evaluation was last requeued. */
  platformError: z
    .object({
      code: z.string(),
      meaning: z.string(),
      /** What the organizers’ scorer said; for organizers only. */
      detail: z.string().nullable(),
    })
    .nullable(),
  /** Why the evaluation as a whole failed. `message` is null where it must stay hidden. */
  error: caseErrorGroupSchema.extend({ message: z.string().nullable() }).nullable(),
  caseErrors: z.array(caseErrorGroupSchema),
  /**
   * Why its scores aren't shown, although it is SCORED: the results are `SEALED` until the organizers reveal them, the
   * `LADDER` shows only what is clearly better than the team's shown entry, or it is `UNDECIDED` for some seconds. null if
   * they are.
   */
  withheld: z.enum(['SEALED', 'LADDER', 'UNDECIDED']).nullable(),
  /** Whether the scores leave out the cases that count only in the final ranking. */
  leavesOutHeldBack: z.boolean(),
  /** Empty unless SCORED and shown. */
  scores: z.array(aggregateSchema),
  caseDisclosure: caseDisclosureSchema,
  /** Scores of single cases, limited by `caseDisclosure`, in the order of their IDs. */
  caseScores: z.array(caseScoreViewSchema),
});
export type EvaluationView = z.infer<typeof evaluationViewSchema>;

/** What everybody sees of a scored evaluation: what the leaderboard shows, and of an open phase its cases. */
export const publicEvaluationSchema = evaluationViewSchema.pick({
  state: true,
  caseCount: true,
  scored: true,
  failed: true,
  leavesOutHeldBack: true,
  scores: true,
  caseDisclosure: true,
  caseScores: true,
});
export type PublicEvaluationView = z.infer<typeof publicEvaluationSchema>;
