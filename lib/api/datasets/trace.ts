import { z } from 'zod';
import { countSchema, timestampSchema } from '#lib/api/values.ts';

/** Enough to tell every two orders apart. */
export const MAX_TRACED_PATHS = 500;

export const traceRequestSchema = z.strictObject({
  /** The first members of the archive, in its order. */
  paths: z.array(z.string().max(1000)).min(1).max(MAX_TRACED_PATHS),
  /** Bytes of content in each stored block of gzip; null if it was compressed, or isn’t gzip any more. */
  blockBytes: z.int().min(1).max(65_535).nullable(),
});

const tracedDownloadSchema = z.object({
  startedAt: timestampSchema,
  form: z.enum(['PLAIN', 'AGE', 'AGE_PASSPHRASE', 'OPENSSL']),
});
export type TracedDownload = z.input<typeof tracedDownloadSchema>;

export const traceResponseSchema = z.object({
  /** Members of the archive that are files of the variant. */
  comparedFiles: countSchema,
  /** Download keys that the variant was encrypted for. */
  comparedKeys: countSchema,
  /** `certain`: chance would lead to somebody at most once in 2^30; `likely`: once in 1,000; `none`: it names nobody. */
  certainty: z.enum(['certain', 'likely', 'none']),
  found: z
    .object({
      name: z.string(),
      email: z.string().nullable(),
      /** With the key whose mark the archive bears. */
      downloads: z.array(tracedDownloadSchema),
      /** Minus the logarithm to base 2 of the probability that chance leads to anybody. */
      bits: z.number(),
      /** Whether all members are in exactly that order. */
      hasOrder: z.boolean(),
      hasBlockSize: z.boolean(),
    })
    .nullable(),
});
