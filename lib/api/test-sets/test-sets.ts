import { z } from 'zod';
import { countSchema, idSchema, sha256Schema } from '#lib/api/values.ts';
import { subjectHashesSchema } from '#lib/domain/test-sets/subjects.ts';

export const importTestSetResponseSchema = z.object({
  testSet: z.object({ id: idSchema, caseCount: countSchema, bytes: countSchema, sha256: sha256Schema }),
});
export type ImportedTestSet = z.infer<typeof importTestSetResponseSchema>['testSet'];

/** Most bytes of one part. */
export const MAX_PART_BYTES = 32 * 2 ** 20;

/** An upload of a sealed set in parts, one at a time for each organizer and phase. */
export const testSetUploadResponseSchema = z.object({
  upload: z
    .object({
      sha256: sha256Schema,
      bytes: countSchema,
      /** Where the next part begins. */
      received: countSchema,
    })
    .nullable(),
});
export type TestSetUploadState = z.infer<typeof testSetUploadResponseSchema>['upload'];

export const uploadedTestSetQuerySchema = z.object({ sha256: sha256Schema.describe('Of the whole file.') });

export const uploadPartQuerySchema = uploadedTestSetQuerySchema.extend({
  bytes: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).describe('Of the whole file.'),
  at: z.coerce
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .describe('Where the part begins. 0 begins a new upload.'),
});

export const hiddenSubjectsResponseSchema = z.object({
  /** Of the phases that have a test set. */
  testSets: z.array(
    z.object({
      phase: z.string(),
      /** null if it was sealed without. */
      subjects: subjectHashesSchema.nullable(),
    }),
  ),
});
export type HiddenSubjects = z.infer<typeof hiddenSubjectsResponseSchema>['testSets'];
