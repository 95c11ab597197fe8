import { z } from 'zod';
import type { DefinitionChange } from '#lib/domain/phases/changes.ts';
import { challengeDefinitionSchema } from '#lib/domain/phases/phase.ts';

const versionSchema = z.string().max(64);

/** A challenge as its organizers define it. */
export const storedDefinitionSchema = z.object({
  definition: challengeDefinitionSchema,
  /** Differs for different definitions. */
  version: versionSchema,
});
export type StoredDefinition = z.infer<typeof storedDefinitionSchema>;

export const applyDefinitionRequestSchema = z.strictObject({
  definition: challengeDefinitionSchema,
  /** The version that was changed. Without it, whatever is there is replaced. */
  version: versionSchema.optional(),
  /** Says what would change, and changes nothing. */
  dryRun: z.boolean().default(false),
});
export type ApplyDefinitionRequest = z.output<typeof applyDefinitionRequestSchema>;

const changeSchema: z.ZodType<DefinitionChange> = z.object({
  path: z.string(),
  phase: z.string().nullable(),
  label: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  consequence: z.string().nullable(),
  refusal: z.string().nullable(),
});

export const appliedDefinitionSchema = z.object({
  changes: z.array(changeSchema),
  /** false for a dry run, and where nothing differs. */
  applied: z.boolean(),
  /** Of the new definition. */
  version: versionSchema,
});
export type AppliedDefinition = z.infer<typeof appliedDefinitionSchema>;
