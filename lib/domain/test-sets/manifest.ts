import { z } from 'zod';

/**
 * A sealed test set is one uncompressed tar, written by `heldout testset seal` on the organizer's machine:
 *
 *   testset.json           public: what the site may know (this schema)
 *   manifest.age           sealed: what each case is (sealedManifestSchema)
 *   cases/0000.scan.age    sealed: the scan as it was on disk (.nii, .nii.gz or .mha)
 *   cases/0000.truth.age   sealed: its mask
 *   …
 *
 * in this order. Every .age file is sealed to the runners' recipient on its own, so that a runner opens one
 * case at a time and a site stores each as an opaque blob.
 */
export const SEALED_FORMAT = 'heldout-testset/1';

export const publicTestSetSchema = z.strictObject({
  format: z.literal(SEALED_FORMAT),
  recipient: z.string().regex(/^age1[0-9a-z]{58}$/),
  caseCount: z.int().min(1).max(100_000),
  sealedAt: z.iso.datetime(),
  /** Declared worst value per metric (units of the registry). */
  worst: z.record(z.string(), z.number()),
});
export type PublicTestSet = z.infer<typeof publicTestSetSchema>;

export const caseMetadataSchema = z.strictObject({
  CENTER: z.string().nullable(),
  CHRONICITY: z.string().nullable(),
  DAYS_POST_STROKE: z.number().nullable(),
});
export type CaseMetadata = z.infer<typeof caseMetadataSchema>;

export const sealedCaseSchema = z.strictObject({
  /** The organizer's name of the case; never leaves the runner. */
  name: z.string(),
  scanFile: z.string(),
  scanSha256: z.string(),
  truthFile: z.string(),
  truthSha256: z.string(),
  metadata: caseMetadataSchema,
});
export const sealedManifestSchema = z.strictObject({
  format: z.literal(SEALED_FORMAT),
  cases: z.array(sealedCaseSchema).min(1),
});
export type SealedCase = z.infer<typeof sealedCaseSchema>;
export type SealedManifest = z.infer<typeof sealedManifestSchema>;
