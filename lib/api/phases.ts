import { z } from 'zod';
import { PHASE_SETTINGS } from '#lib/domain/phases/settings.ts';
import { countSchema, idSchema, timestampSchema } from './values.ts';

export const phaseSummarySchema = z.object({
  id: idSchema,
  slug: z.string(),
  title: z.string(),
  kind: PHASE_SETTINGS.kind.schema,
  status: z.enum(['upcoming', 'open', 'closed']),
  opensAt: timestampSchema,
  closesAt: timestampSchema,
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
});
export type QuotaView = z.infer<typeof quotaSchema>;
