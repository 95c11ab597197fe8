import { z } from 'zod';

/**
 * A sealed test set is one uncompressed tar, written by `heldout testset seal` on the organizer's machine:
 *
 *   testset.json           public: the facts for the site (this schema)
 *   manifest.age           sealed: the description of each case (sealedManifestSchema)
 *   cases/0000.scan.age    sealed: the scan file (.nii, .nii.gz or .mha) with a canonical header
 *   cases/0000.truth.age   sealed: its mask
 *   …
 *
 * in this order. Every .age file is sealed to the runner's recipient separately, so that a runner opens one case
 * at a time and the site stores each file as an opaque blob.
 */
export const SEALED_FORMAT = 'heldout-testset/1';

export const publicTestSetSchema = z.strictObject({
  format: z.literal(SEALED_FORMAT),
  recipient: z.string().regex(/^age1[0-9a-z]{58}$/),
  caseCount: z.int().min(1).max(100_000),
  sealedAt: z.iso.datetime(),
  /** Worst value per metric (in the units of the registry). */
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
  /** The organizer's name of the case, which never leaves the runner. */
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
