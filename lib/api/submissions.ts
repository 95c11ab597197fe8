import { z } from 'zod';
import { MAX_ALGORITHM_NAME_LENGTH } from '#lib/domain/submissions/algorithm-name.ts';
import { REMARKS } from '#lib/domain/submissions/remarks.ts';
import { archiveViewSchema } from './archives.ts';
import { evaluationStateSchema, evaluationViewSchema, publicEvaluationSchema } from './evaluations.ts';
import { leaderboardEntrySchema } from './leaderboards/leaderboards.ts';
import { phaseRulesSchema } from './phase-rules.ts';
import { phaseSummarySchema, quotaSchema } from './phases.ts';
import { tombstoneSchema } from './rankings/tombstones.ts';
import { idSchema, listQueryShape, listResponse, nameSchema, timestampSchema } from './values.ts';

const archiveIdSchema = z.uuid('Enter the ID that the upload returned.');

/** What the phase asks for; null if it isn't given. */
const remarksShape = {
  comment: REMARKS.comment.schema.nullable().default(null),
  codeUrl: REMARKS.codeUrl.schema.nullable().default(null),
  paperUrl: REMARKS.paperUrl.schema.nullable().default(null),
};

export const createSubmissionRequestSchema = z.strictObject({
  challenge: z.string(),
  phase: z.string(),
  team: z.string(),
  imageId: archiveIdSchema,
  /** ID of a model archive, if the submission has one. */
  modelId: archiveIdSchema.nullable().default(null),
  algorithm: nameSchema(MAX_ALGORITHM_NAME_LENGTH),
  ...remarksShape,
});

export const createSubmissionResponseSchema = z.object({
  submission: z.object({ id: idSchema, url: z.url() }),
});

/** The response to cancel and rerun. */
export const changeSubmissionResponseSchema = z.object({ submission: z.object({ id: idSchema }) });

/**
 * Whether a submission can count: late ones and baselines of the organizers are scored, but not ranked.
 * Of a rehearsal, only organizers know.
 */
export const standingSchema = z.enum(['RANKED', 'LATE', 'BASELINE', 'REHEARSAL']);
export type Standing = z.infer<typeof standingSchema>;

/** Of a submission in a phase where teams select the one that counts. */
const selectionSchema = z.object({
  isSelected: z.boolean(),
  /** Why it can't be selected now, as a sentence; null if it can. */
  refusal: z.string().nullable(),
});
export type SelectionView = z.infer<typeof selectionSchema>;

/** A submission in a list of its team's. */
const listedSubmissionSchema = z.object({
  id: idSchema,
  shortId: z.string(),
  algorithm: z.string(),
  state: evaluationStateSchema,
  createdAt: timestampSchema,
});

/** A team's submissions, newest first: of all challenges, or of one of them and one of its phases, by slug. */
export const listSubmissionsQuerySchema = z.object({
  team: z.string(),
  challenge: z.string().optional(),
  phase: z.string().optional(),
  ...listQueryShape(idSchema),
});
export type ListSubmissionsQuery = z.infer<typeof listSubmissionsQuerySchema>;

const teamSubmissionSchema = listedSubmissionSchema.extend({
  challengeSlug: z.string(),
  phaseSlug: z.string(),
  phaseTitle: z.string(),
  standing: standingSchema,
  /** null in a phase where teams don't select. */
  selection: selectionSchema.nullable(),
});
export type TeamSubmission = z.infer<typeof teamSubmissionSchema>;
export const listSubmissionsResponseSchema = listResponse('submissions', teamSubmissionSchema);

/** What the team of a submission and the organizers see of it. */
export const submissionViewSchema = z.object({
  audience: z.enum(['team', 'organizer']),
  id: idSchema,
  shortId: z.string(),
  challengeSlug: z.string(),
  challengeTitle: z.string(),
  synthetic: z.boolean(),
  phases: z.array(phaseSummarySchema),
  phase: phaseSummarySchema,
  rules: phaseRulesSchema,
  team: z.object({ slug: z.string(), name: z.string() }),
  /** The member who submitted. */
  submittedBy: z.string(),
  algorithm: z.string(),
  comment: z.string().nullable(),
  codeUrl: z.string().nullable(),
  paperUrl: z.string().nullable(),
  standing: standingSchema,
  createdAt: timestampSchema,
  image: archiveViewSchema,
  /** The model archive, if any. */
  model: archiveViewSchema.nullable(),
  /** Whether the viewer is a member of the team; an organizer can be one. Members and organizers may cancel. */
  viewerIsTeam: z.boolean(),
  viewerOrganizes: z.boolean(),
  /** What the viewer's roles allow, whatever the state of the submission. */
  viewerMay: z.object({
    cancel: z.boolean(),
    rerun: z.boolean(),
    select: z.boolean(),
    withdraw: z.boolean(),
    exclude: z.boolean(),
    returnQuota: z.boolean(),
    /** Only of a team of theirs. */
    nameBaseline: z.boolean(),
  }),
  /** Its name on the leaderboard, if it is a baseline of the organizers. */
  baseline: z.string().nullable(),
  /** Why organizers gave its quota back; null: they didn't. */
  quotaReturn: z.object({ reason: z.string(), at: timestampSchema }).nullable(),
  evaluation: evaluationViewSchema,
  quota: quotaSchema.nullable(),
  /** null in a phase where teams don't select the submission that counts. */
  selection: selectionSchema.nullable(),
  /** The latest other submissions of the team in this phase; GET /api/v1/submissions lists all. */
  others: z.array(listedSubmissionSchema),
  /** The team's leaderboard entry, if any. */
  leaderboardEntry: leaderboardEntrySchema
    .pick({ submissionId: true, rank: true, rankRange: true })
    .extend({ primaryLabel: z.string(), primaryValue: z.number().nullable() })
    .nullable(),
  /** Why its scores don't count any more; null if they do. */
  tombstone: tombstoneSchema.pick({ kind: true, reason: true, at: true }).nullable(),
  asOf: timestampSchema,
});
export type SubmissionView = z.infer<typeof submissionViewSchema>;

/**
 * What everybody else sees of a scored submission: what the leaderboard shows. Not the archives, who submitted it,
 * the team's other submissions or when the evaluation started and ended. `createdAt` is rounded down to the minute.
 */
export const publicSubmissionSchema = submissionViewSchema
  .pick({
    id: true,
    shortId: true,
    challengeSlug: true,
    challengeTitle: true,
    synthetic: true,
    phases: true,
    phase: true,
    rules: true,
    team: true,
    algorithm: true,
    codeUrl: true,
    paperUrl: true,
    standing: true,
    baseline: true,
    createdAt: true,
    leaderboardEntry: true,
    tombstone: true,
    asOf: true,
  })
  .extend({ audience: z.literal('public'), evaluation: publicEvaluationSchema });
export type PublicSubmissionView = z.infer<typeof publicSubmissionSchema>;

/** What both views have, for components that show either. */
export type SharedSubmissionView = Omit<PublicSubmissionView, 'audience' | 'evaluation'>;

export const readSubmissionResponseSchema = z.discriminatedUnion('audience', [
  submissionViewSchema,
  publicSubmissionSchema,
]);
