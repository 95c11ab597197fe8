import { z } from 'zod';
import { countSchema, messageSchema, nameSchema, sha256Schema, timestampSchema } from '#lib/api/values.ts';
import { DOWNLOAD_FORMS } from '#lib/domain/datasets/download-form.ts';
import {
  DATASET_ACCESS,
  datasetNameSchema,
  variantNameSchema,
  versionSchema,
} from '#lib/domain/datasets/release.ts';

const optional = (schema: z.ZodType<string>) => schema.nullable().default(null);

export const datasetRequestSchema = z.strictObject({
  title: nameSchema(120),
  /** Markdown. */
  summary: messageSchema(10_000, { optional: true }),
  license: nameSchema(100),
  doi: optional(
    z.string().regex(/^10\.\d{4,9}\/[^\s"<>]{1,200}$/, 'Enter a DOI, as in 10.1038/s41597-022-01401-7.'),
  ),
  citation: optional(messageSchema(2000)),
  contact: nameSchema(200),
  funding: optional(messageSchema(2000)),
  access: z.enum(DATASET_ACCESS),
  terms: messageSchema(50_000),
});

export const releaseRequestSchema = z.strictObject({
  changelog: messageSchema(20_000, { optional: true }).optional(),
  /** The only text that may change after publication. */
  errata: messageSchema(20_000, { optional: true }).optional(),
});

export const variantViewSchema = z.object({
  name: variantNameSchema,
  title: z.string(),
  caseCount: countSchema,
  hasTruth: z.boolean(),
  fileCount: countSchema,
  /** Of the content of all files. */
  bytes: countSchema,
});

export const releaseViewSchema = z.object({
  version: versionSchema,
  /** null: a draft, which only organizers see. */
  publishedAt: timestampSchema.nullable(),
  changelog: z.string(),
  errata: z.string(),
  license: z.string(),
  terms: z.string(),
  termsSha256: sha256Schema,
  variants: z.array(variantViewSchema),
});
export type ReleaseView = z.infer<typeof releaseViewSchema>;

export const datasetViewSchema = z.object({
  name: datasetNameSchema,
  title: z.string(),
  summary: z.string(),
  license: z.string(),
  doi: z.string().nullable(),
  citation: z.string().nullable(),
  contact: z.string(),
  funding: z.string().nullable(),
  access: z.enum(DATASET_ACCESS),
  /** Newest first. */
  releases: z.array(releaseViewSchema),
});
export type DatasetView = z.infer<typeof datasetViewSchema>;

export const listDatasetsResponseSchema = z.object({ datasets: z.array(datasetViewSchema) });
export const datasetResponseSchema = z.object({ dataset: datasetViewSchema });
export const variantResponseSchema = z.object({ variant: variantViewSchema });

export const releaseFileSchema = z.object({ path: z.string(), bytes: countSchema, sha256: sha256Schema });
export const listReleaseFilesQuerySchema = z.object({
  /** The path of the last file of the page before. */
  after: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
});
export const listReleaseFilesResponseSchema = z.object({
  files: z.array(releaseFileSchema),
  /** The `after` of the next page; null if there is none. */
  next: z.string().nullable(),
});
export type ReleaseFiles = z.infer<typeof listReleaseFilesResponseSchema>;

export const downloadQuerySchema = z.object({
  /** Every form but `plain` is encrypted for the key of the account. */
  as: z.enum(DOWNLOAD_FORMS).default('plain'),
});
export const downloadFileQuerySchema = downloadQuerySchema.extend({ path: z.string().min(1).max(400) });
