import { z } from 'zod';
import { PAGE_LIMITS } from '#lib/api/page-limits.ts';
import {
  countSchema,
  idSchema,
  listQueryShape,
  listResponse,
  messageSchema,
  nameSchema,
  searchSchema,
  sha256Schema,
  timestampSchema,
} from '#lib/api/values.ts';
import {
  coInvestigatorListSchema,
  dataRequestStateSchema,
  REQUEST_EVENTS,
} from '#lib/domain/datasets/data-request.ts';
import { DATASET_ACCESS, datasetNameSchema, versionSchema } from '#lib/domain/datasets/release.ts';
import { addressListSchema } from '#lib/domain/registrations/addresses.ts';
import {
  answerListSchema,
  questionListSchema,
  replyListSchema,
} from '#lib/domain/registrations/questions.ts';

/** Requests for data: what a person sends and sees of their own, and what organizers see and decide. */

const MAX_TEXT_LENGTH = 5000;

/** A draft may lack anything. */
export const draftDataRequestSchema = z.strictObject({
  institution: z.string().trim().max(200, 'At most 200 characters.').default(''),
  useStatement: messageSchema(MAX_TEXT_LENGTH, { optional: true }).default(''),
  coInvestigators: coInvestigatorListSchema.default([]),
  /** By the ID of the question. */
  answers: z.record(z.string().max(40), z.string().max(10_000)).default({}),
});

const signatureShape = {
  /** The person's name, as a signature of the terms. */
  name: nameSchema(120),
  /** Of the terms that were read. */
  termsSha256: sha256Schema,
};

export const submitDataRequestSchema = draftDataRequestSchema.extend({
  institution: nameSchema(200),
  useStatement: messageSchema(MAX_TEXT_LENGTH),
  ...signatureShape,
});
export const signTermsRequestSchema = z.strictObject(signatureShape);
export const answerDataRequestSchema = z.strictObject({ text: messageSchema(MAX_TEXT_LENGTH) });

const eventShape = { step: z.enum(REQUEST_EVENTS), text: z.string(), at: timestampSchema };

const requestShape = {
  id: idSchema,
  state: dataRequestStateSchema,
  institution: z.string(),
  useStatement: z.string(),
  coInvestigators: coInvestigatorListSchema,
  answers: answerListSchema,
  createdAt: timestampSchema,
  submittedAt: timestampSchema.nullable(),
  /** When the organizers mean to have decided; null once they have. */
  dueAt: timestampSchema.nullable(),
  decidedAt: timestampSchema.nullable(),
  /** Of an approval; null: it doesn't expire. */
  expiresAt: timestampSchema.nullable(),
  revokedAt: timestampSchema.nullable(),
};

/** A person's own request, with what was written about it. Never the organizers' notes. */
export const ownDataRequestSchema = z.object({ ...requestShape, events: z.array(z.object(eventShape)) });
export type OwnDataRequest = z.infer<typeof ownDataRequestSchema>;

/** Where a person stands with a dataset. */
export const dataAccessSchema = z.object({
  dataset: datasetNameSchema,
  access: z.enum(DATASET_ACCESS),
  /** Their latest request. */
  request: ownDataRequestSchema.nullable(),
  /** Their active approval. While they ask for its renewal, it goes on. */
  grant: z.object({ approvedAt: timestampSchema, expiresAt: timestampSchema.nullable() }).nullable(),
  /** The terms of each published release, newest first, and who signed them as what. */
  terms: z.array(
    z.object({
      version: versionSchema,
      termsSha256: sha256Schema,
      signature: z.object({ name: z.string(), at: timestampSchema }).nullable(),
    }),
  ),
  /** Half of the organizers' decisions took this long; null without any. */
  usualWait: z.object({ medianHours: z.number().min(0), decisions: countSchema }).nullable(),
  questions: questionListSchema,
});
export type DataAccess = z.infer<typeof dataAccessSchema>;
export const dataAccessResponseSchema = z.object({ access: dataAccessSchema });

/** A request, for the organizers. */
export const dataRequestEntrySchema = z.object({
  ...requestShape,
  dataset: datasetNameSchema,
  person: z.object({ name: z.string(), email: z.string().nullable(), isVerified: z.boolean() }),
  /** Their latest signature. */
  signature: z
    .object({ name: z.string(), version: z.string(), termsSha256: sha256Schema, at: timestampSchema })
    .nullable(),
  /** null: not decided, or approved by the list of addresses. */
  decidedBy: z.string().nullable(),
  /** `by` is null for the site. */
  events: z.array(z.object({ ...eventShape, by: z.string().nullable() })),
});
export type DataRequestEntry = z.infer<typeof dataRequestEntrySchema>;

/** Besides the states that organizers see: due and not decided, and approvals that end soon. */
export const DATA_REQUEST_FILTERS = [
  'SUBMITTED',
  'OVERDUE',
  'CLARIFICATION',
  'APPROVED',
  'EXPIRING',
  'EXPIRED',
  'DECLINED',
  'WITHDRAWN',
  'REVOKED',
] as const;
export type DataRequestFilter = (typeof DATA_REQUEST_FILTERS)[number];

/** Newest first. `q` is searched in names, addresses and institutions. */
export const listDataRequestsQuerySchema = z.object({
  ...listQueryShape(idSchema, PAGE_LIMITS),
  state: z.enum(DATA_REQUEST_FILTERS).optional(),
  dataset: datasetNameSchema.optional(),
  q: searchSchema,
});
export type ListDataRequestsQuery = z.output<typeof listDataRequestsQuerySchema>;
export const listDataRequestsResponseSchema = listResponse('requests', dataRequestEntrySchema);

export const DATA_DECISIONS = ['approve', 'decline', 'ask', 'revoke', 'note'] as const;
const MAX_DECISIONS = 200;

/** Decides about requests: all of them or none. The person reads the reply, of the dataset's replies, and the reason. */
export const decideDataRequestsSchema = z
  .strictObject({
    requests: z.array(idSchema).min(1, 'Select at least one request.').max(MAX_DECISIONS),
    decision: z.enum(DATA_DECISIONS),
    reply: z.string().default(''),
    reason: messageSchema(2000, { optional: true }).default(''),
  })
  .refine(({ decision, reply, reason }) => decision === 'approve' || reply !== '' || reason !== '', {
    path: ['reason'],
    message: 'Write a text, or choose a reply.',
  });
/** Those that were changed. */
export const decideDataRequestsResponseSchema = z.object({ requests: z.array(idSchema) });

const daysSchema = z.coerce.number().int().min(1, 'At least 1 day.').max(3650, 'At most 3650 days.');

/** How access to a dataset is given. */
export const accessSettingsSchema = z.strictObject({
  access: z.enum(DATASET_ACCESS),
  /** Whose verified address is on this list is approved at once. */
  autoApprove: addressListSchema,
  /** null: until it is revoked. */
  validityDays: daysSchema.nullable(),
  dueDays: daysSchema,
  questions: questionListSchema,
  replies: replyListSchema,
});
export type AccessSettings = z.output<typeof accessSettingsSchema>;
export const accessSettingsResponseSchema = z.object({ settings: accessSettingsSchema });
