import { z } from 'zod';
import { socketSlugSchema } from '#lib/domain/tasks/sockets.ts';
import { scorerKeySchema } from './scorer-signature.ts';
import { siteStrataSchema } from './site-strata.ts';
import { subjectHashesSchema } from './subjects.ts';

/**
 * A sealed test set is one uncompressed tar, written by `heldout testset seal` on the organizer's machine. Format 2:
 *
 *   testset.json              public: the facts for the site (publicTestSetSchema)
 *   manifest.age              sealed: the description of each case (sealedManifestSchema)
 *   ground-truth.age          sealed, optional: an archive for the organizer's scorer
 *   cases/0000.inputs.age     sealed: a tar of the inputs of a case, by the slugs of their sockets
 *   cases/0000.truths.age     sealed: the same with its truths
 *   …
 *
 * in this order. Images have a canonical header. Every .age file is sealed to the runner's recipient separately, so that
 * a runner opens one case at a time and the site stores each file as an opaque blob, without learning which of the
 * optional inputs a case has.
 *
 * Format 1 had one scan (cases/0000.scan.age) and its mask (cases/0000.truth.age), each as it is and not in a tar.
 */
export const SEALED_FORMAT = 'heldout-testset/2';
export const SEALED_FORMAT_1 = 'heldout-testset/1';

const common = {
  recipient: z.string().regex(/^age1[0-9a-z]{58}$/),
  caseCount: z.int().min(1).max(100_000),
  sealedAt: z.iso.datetime(),
  /** Worst value per metric (in the units of the registry). */
  worst: z.record(z.string(), z.number()),
};
const slugsSchema = z.array(socketSlugSchema).max(40);

const publicFormat1Schema = z.strictObject({ format: z.literal(SEALED_FORMAT_1), ...common });
const publicFormat2Schema = z
  .strictObject({
    format: z.literal(SEALED_FORMAT),
    ...common,
    /** The slugs that every case has. */
    inputs: slugsSchema,
    truths: slugsSchema,
    hasGroundTruth: z.boolean(),
    /** Whether the manifest names the key of an organizer's scorers. */
    hasScorerKey: z.boolean(),
    /** What the organizer gives to the site of the strata that the manifest seals; none unless they say so. */
    strata: siteStrataSchema.default([]),
    /** Of all scans, sorted, so that their order says nothing. Sets without them can't be compared with releases. */
    subjects: subjectHashesSchema.optional(),
  })
  .refine(({ caseCount, strata }) => strata.every(({ cases }) => cases.length === caseCount), {
    message: 'The strata are of another number of cases',
  });
export const publicTestSetSchema = z.discriminatedUnion('format', [publicFormat1Schema, publicFormat2Schema]);
export type PublicTestSet = z.infer<typeof publicTestSetSchema>;

export type SealedHeader = z.infer<typeof publicFormat2Schema>;

export const caseMetadataSchema = z.strictObject({
  CENTER: z.string().nullable(),
  CHRONICITY: z.string().nullable(),
  DAYS_POST_STROKE: z.number().nullable(),
});
export type CaseMetadata = z.infer<typeof caseMetadataSchema>;

const sealedPartsSchema = z.strictObject({
  /** Of the tar. */
  sha256: z.string(),
  /** The organizer's name of the file of each slug. */
  files: z.record(socketSlugSchema, z.string()),
});

const sealedCaseSchema = z.strictObject({
  /** The organizer's name of the case, which never leaves the runner. */
  name: z.string(),
  inputs: sealedPartsSchema,
  truths: sealedPartsSchema,
  metadata: caseMetadataSchema,
  strata: z.record(z.string(), z.string()),
});
export type SealedCase = z.infer<typeof sealedCaseSchema>;

/** A case of format 1. */
const sealedCase1Schema = z.strictObject({
  name: z.string(),
  scanFile: z.string(),
  scanSha256: z.string(),
  truthFile: z.string(),
  truthSha256: z.string(),
  metadata: caseMetadataSchema,
});

export type SealedCase1 = z.infer<typeof sealedCase1Schema>;

export const sealedManifestSchema = z.discriminatedUnion('format', [
  z.strictObject({ format: z.literal(SEALED_FORMAT_1), cases: z.array(sealedCase1Schema).min(1) }),
  z.strictObject({
    format: z.literal(SEALED_FORMAT),
    cases: z.array(sealedCaseSchema).min(1),
    groundTruth: z.strictObject({ sha256: z.string(), file: z.string() }).optional(),
    /** Only scorers that are signed with it may read the truth. */
    scorerKey: scorerKeySchema.optional(),
  }),
]);
export type SealedManifest = z.infer<typeof sealedManifestSchema>;
