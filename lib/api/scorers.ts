import { z } from 'zod';
import { scorerSignatureSchema } from '#lib/domain/test-sets/scorer-signature.ts';
import { countSchema, idSchema, sha256Schema } from './values.ts';

export const importScorerQuerySchema = z.object({
  fileName: z.string().max(1000).default(''),
  /** Of the archive's SHA-256, by the key that the sealed test set names. Only a runner can check it. */
  signature: scorerSignatureSchema,
});

export const importScorerResponseSchema = z.object({
  scorer: z.object({
    id: idSchema,
    version: z.int().min(1),
    bytes: countSchema,
    sha256: sha256Schema,
    /** Evaluations that waited for a scorer and go on with this one. */
    resumed: countSchema,
  }),
});
export type ImportedScorer = z.infer<typeof importScorerResponseSchema>['scorer'];
