import { z } from 'zod';
import { FINDINGS, type FindingCode } from '#cli/dataset/check/findings.ts';
import { caseMetadataSchema } from '#lib/domain/test-sets/manifest.ts';

/** What `heldout dataset check --json` writes. docs/organizers/import-a-data-set.md describes each field. */
export const REPORT_FORMAT = 'heldout-dataset-report/1';

const countSchema = z.int().min(0);
const tripleSchema = z.tuple([z.number(), z.number(), z.number()]);

const findingSchema = z.strictObject({
  code: z.enum(Object.keys(FINDINGS) as [FindingCode, ...FindingCode[]]),
  slug: z.string().nullable(),
  file: z.string().nullable(),
  message: z.string(),
});

const inputSchema = z.strictObject({
  slug: z.string(),
  file: z.string(),
  format: z.enum(['NIFTI', 'MHA', 'PNG', 'TIFF']),
  dtype: z.string(),
  shape: tripleSchema,
  spacingMm: tripleSchema,
  orientation: z.string(),
  obliqueDegrees: z.number(),
  min: z.number().nullable(),
  max: z.number().nullable(),
  notFinite: countSchema,
  headerText: z.array(z.strictObject({ field: z.string(), bytes: countSchema })),
});

const truthSchema = z.strictObject({
  slug: z.string(),
  files: z.array(z.string()),
  on: z.string(),
  labels: z.array(z.number()),
  voxels: countSchema,
  ml: z.number(),
  components: z.strictObject({ '6': countSchema, '18': countSchema, '26': countSchema }),
});

export const datasetReportSchema = z.strictObject({
  format: z.literal(REPORT_FORMAT),
  source: z.string(),
  layout: z.strictObject({ name: z.string(), reason: z.string() }),
  notes: z.array(z.string()),
  summary: z.strictObject({
    cases: countSchema,
    accepted: countSchema,
    refused: countSchema,
    /** Cases with each finding. */
    findings: z.record(z.string(), countSchema),
    /** Files with text in each field of their header. */
    headerText: z.record(z.string(), countSchema),
  }),
  cases: z.array(
    z.strictObject({
      name: z.string(),
      accepted: z.boolean(),
      errors: z.array(findingSchema),
      oddities: z.array(findingSchema),
      inputs: z.array(inputSchema),
      truths: z.array(truthSchema),
      values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      truthValues: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      metadata: caseMetadataSchema,
      strata: z.record(z.string(), z.string()),
    }),
  ),
});
export type DatasetReport = z.infer<typeof datasetReportSchema>;
