import { z } from 'zod';
import { publicRulesSchema } from '#lib/domain/phases/rules.ts';

/** The public settings of a phase. */
export const phaseRulesSchema = publicRulesSchema.extend({ phaseSlug: z.string() });
export type PhaseRules = z.infer<typeof phaseRulesSchema>;
