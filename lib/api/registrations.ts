import { z } from 'zod';
import { answerListSchema } from '#lib/domain/registrations/questions.ts';
import { emailSchema } from './accounts.ts';
import { PAGE_LIMITS } from './page-limits.ts';
import {
  countSchema,
  idSchema,
  listQueryShape,
  listResponse,
  messageSchema,
  searchSchema,
  timestampSchema,
} from './values.ts';

export const registrationStateSchema = z.enum(['PENDING', 'APPROVED', 'DECLINED']);
export type RegistrationState = z.infer<typeof registrationStateSchema>;

/** A team that has registered, for the organizers. */
const registrationEntrySchema = z.object({
  id: idSchema,
  team: z.object({ slug: z.string(), name: z.string() }),
  state: registrationStateSchema,
  /** The owner first. */
  members: z.array(z.object({ name: z.string(), email: z.string().nullable() })),
  answers: answerListSchema,
  reason: z.string(),
  /** Empty for none. */
  group: z.string(),
  submissions: countSchema,
  /** The latest version of the terms that somebody accepted for the team. */
  terms: z.object({ version: countSchema, by: z.string(), at: timestampSchema }).nullable(),
  createdAt: timestampSchema,
  decidedAt: timestampSchema.nullable(),
});
export type RegistrationEntry = z.infer<typeof registrationEntrySchema>;

/** Newest first. `q` is searched in the names of teams. */
export const listRegistrationsQuerySchema = z.object({
  ...listQueryShape(idSchema, PAGE_LIMITS),
  state: registrationStateSchema.optional(),
  q: searchSchema,
});
export type ListRegistrationsQuery = z.output<typeof listRegistrationsQuerySchema>;

export const listRegistrationsResponseSchema = listResponse('registrations', registrationEntrySchema);

export const MAX_DECISIONS = 200;
const MAX_REASON_LENGTH = 500;

/** Decides about teams, by slug. The teams read the reply, of the challenge's replies, and the reason. */
export const decideRegistrationsRequestSchema = z
  .strictObject({
    teams: z.array(z.string()).min(1, 'Select at least one team.').max(MAX_DECISIONS),
    decision: z.enum(['approve', 'decline', 'group']),
    reply: z.string().default(''),
    reason: messageSchema(MAX_REASON_LENGTH, { optional: true }).default(''),
    /** With `group`; empty takes the teams out of their group. */
    group: z.string().trim().max(60, 'At most 60 characters.').default(''),
  })
  .refine(({ decision, reply, reason }) => decision !== 'decline' || reply !== '' || reason !== '', {
    path: ['reason'],
    message: 'Give a reason, or choose a reply. The teams read it.',
  });

/** The version of the terms that was read. */
const termsVersionSchema = z.coerce.number().int().min(1).max(1_000_000);

/** Accepts the current terms of a challenge for a team. */
export const acceptTermsRequestSchema = z.strictObject({
  team: z.string(),
  terms: termsVersionSchema.nullable(),
});

/** Lets a person who left a team enter with another one. */
export const releasePersonRequestSchema = z.strictObject({
  email: emailSchema,
  reason: messageSchema(MAX_REASON_LENGTH),
});

/** Those that were changed. */
export const decideRegistrationsResponseSchema = z.object({ teams: z.array(z.string()) });
