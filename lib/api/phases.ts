import { z } from 'zod';
import { PHASE_SETTINGS } from '#lib/domain/phases/settings.ts';
import { countSchema, idSchema, timestampSchema } from './values.ts';

export const phaseSummarySchema = z.object({
  id: idSchema,
  slug: z.string(),
  title: z.string(),
  kind: PHASE_SETTINGS.kind.schema,
  status: z.enum(['upcoming', 'open', 'closed']),
  /** IANA name of the time zone in which the dates are announced. */
  zone: z.string(),
  opensAt: timestampSchema,
  closesAt: timestampSchema,
  /** Late submissions, which aren't ranked; null if the phase takes none. `until` is null for always. */
  late: z.object({ until: timestampSchema.nullable(), isOpen: z.boolean() }).nullable(),
  /** null until a test set has been imported. */
  caseCount: countSchema.nullable(),
});
export type PhaseSummary = z.infer<typeof phaseSummarySchema>;

export const quotaSchema = z.object({
  perDay: countSchema,
  total: countSchema,
  usedToday: countSchema,
  usedTotal: countSchema,
  /** When the daily count resets: the next 00:00 UTC. */
  resetsAt: timestampSchema,
  /** Of the last hours; null if the phase has no rolling window. `freeAt` is null if there is room now. */
  rolling: z
    .object({ limit: countSchema, hours: countSchema, used: countSchema, freeAt: timestampSchema.nullable() })
    .nullable(),
  /** Waiting or running at the same time; null if the phase has no limit. */
  atOnce: z.object({ limit: countSchema, unfinished: countSchema }).nullable(),
  /**
   * Which limit keeps the team from submitting now, and from when on it can again; null if none does. `at` is null for
   * the total, and until one of the submissions at once has ended.
   */
  usedUp: z
    .object({ limit: z.enum(['total', 'day', 'rolling', 'atOnce']), at: timestampSchema.nullable() })
    .nullable(),
});
export type QuotaView = z.infer<typeof quotaSchema>;
