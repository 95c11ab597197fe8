import { z } from 'zod';
import { publicRulesSchema } from '#lib/domain/phases/rules.ts';

/** The settings of a phase, as everyone may read them. */
export const phaseRulesSchema = publicRulesSchema.extend({ phaseSlug: z.string() });
export type PhaseRules = z.infer<typeof phaseRulesSchema>;
