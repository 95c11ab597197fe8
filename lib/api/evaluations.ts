import { z } from 'zod';
import { EVALUATION_STATES } from '#lib/domain/evaluations/state.ts';
import { leaderboardMetricSchema } from './leaderboards.ts';
import { countSchema, idSchema, timestampSchema } from './values.ts';

export const evaluationStateSchema = z.enum(EVALUATION_STATES);

/** Errors of one evaluation, grouped by code. */
const caseErrorGroupSchema = z.object({
  code: z.string(),
  meaning: z.string(),
  steps: z.array(z.string()).readonly(),
  /** Cases that failed by it; 0 where it ended the evaluation as a whole. */
  count: countSchema,
  /** Only in an open phase (and for organizers): one entry a case. */
  cases: z.array(
    z.object({ caseNumber: z.int().min(1), message: z.string().nullable(), log: z.string().nullable() }),
  ),
});
export type CaseErrorGroup = z.infer<typeof caseErrorGroupSchema>;

/**
 * What a reader sees of single cases.
 * - `NONE`: nothing.
 * - `SCORES`: scores under the numbers of the cases; of those that failed no more than how many.
 * - `PSEUDONYMOUS`: the same under random IDs of the phase, which do not follow the order of the sealed set.
 * - `ALL`: every case under its number, failed ones with their codes.
 */
const caseDisclosureSchema = z.enum(['NONE', 'SCORES', 'PSEUDONYMOUS', 'ALL']);
export type CaseDisclosure = z.infer<typeof caseDisclosureSchema>;

const caseScoreViewSchema = z.object({
  /** The number of the case, from 1, or its pseudonymous ID. */
  caseId: z.string(),
  status: z.enum(['SCORED', 'FAILED', 'REJECTED']),
  code: z.string().nullable(),
  /** null: the case has no such value. At most three decimals. */
  metrics: z.record(z.string(), z.number().nullable()),
});
export type CaseScoreView = z.infer<typeof caseScoreViewSchema>;

const aggregateSchema = leaderboardMetricSchema.extend({
  mean: z.number().nullable(),
  median: z.number().nullable(),
  failed: countSchema,
  n: countSchema,
});

/** The latest attempt of a submission, also as each `evaluation` event of the stream. */
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
  /** Why no runner takes it, where none can: a sentence for the team and the organizers. */
  waitsFor: z.string().nullable(),
  createdAt: timestampSchema,
  startedAt: timestampSchema.nullable(),
  imageReadyAt: timestampSchema.nullable(),
  firstCaseAt: timestampSchema.nullable(),
  finishedAt: timestampSchema.nullable(),
  requeues: countSchema,
  /** The platform error that sent it back to the queue, so that nobody wonders. */
  platformError: z.object({ code: z.string(), meaning: z.string() }).nullable(),
  /** Why the evaluation as a whole failed: code and sentence; message where it may be shown. */
  error: caseErrorGroupSchema.extend({ message: z.string().nullable() }).nullable(),
  caseErrors: z.array(caseErrorGroupSchema),
  /** Shown when SCORED. */
  scores: z.array(aggregateSchema),
  caseDisclosure: caseDisclosureSchema,
  /** Scores of single cases as `caseDisclosure` says, in the order of their IDs. */
  caseScores: z.array(caseScoreViewSchema),
});
export type EvaluationView = z.infer<typeof evaluationViewSchema>;
