import { z } from 'zod';
import { slugOf } from '#lib/domain/names/slug.ts';
import { hasInvisible } from '#lib/domain/names/visible-name.ts';
import { variantStatisticsSchema } from './statistics.ts';

/** Data that organizers release: a dataset has versions, and each version its variants. */

export const DATASET_ACCESS = ['OPEN', 'REQUEST'] as const;

export const datasetNameSchema = slugOf('training-scans');
export const variantNameSchema = slugOf('native');

/** As in semver.org, without build metadata. */
export const versionSchema = z
  .string()
  .max(40)
  .regex(/^\d{1,6}(\.\d{1,6}){0,2}(-[0-9A-Za-z.-]+)?$/, 'Enter a version, as in 1.0.0 or 2.1-beta.');

const MAX_PATH_BYTES = 400;

/** What is wrong with the path of a released file; null if nothing is. Every common file system can store the others. */
export function pathProblem(path: string): string | null {
  if (path === '' || new TextEncoder().encode(path).length > MAX_PATH_BYTES)
    return `must have 1 to ${MAX_PATH_BYTES} bytes`;
  if (hasInvisible(path)) return 'has invisible characters';
  if (/[\\:*?"<>|]/.test(path)) return 'has a character that Windows doesn’t allow: \\ : * ? " < > |';
  if (path.normalize('NFC') !== path) return 'is not in the normal form NFC';
  for (const part of path.split('/')) {
    if (part === '' || part === '.' || part === '..') return 'has an empty part, "." or ".."';
    if (part.endsWith('.') || part.endsWith(' ') || part.startsWith(' '))
      return 'has a part that begins with a space, or ends with a space or a dot';
  }
  return null;
}

/** The first file of an uploaded variant. */
export const variantDescriptionSchema = z.strictObject({
  title: z.string().trim().min(1).max(120),
  caseCount: z.int().min(1).max(1_000_000),
  hasTruth: z.boolean(),
  statistics: variantStatisticsSchema.optional(),
});
export type VariantDescription = z.infer<typeof variantDescriptionSchema>;

export const VARIANT_DESCRIPTION_NAME = 'variant.json';
export const MAX_RELEASE_FILES = 200_000;
