import { z } from 'zod';
import { hasInvisible, normalizeName } from '#lib/domain/names/visible-name.ts';

/** A submission whose scores don't count any more: by its team, or by the organizers. */
export const TOMBSTONE_KINDS = ['WITHDRAWN', 'EXCLUDED'] as const;
export type TombstoneKind = (typeof TOMBSTONE_KINDS)[number];

const MAX_REASON_LENGTH = 500;

/** Why, in one line for everybody to read. */
export const tombstoneReasonSchema = z
  .string()
  .transform((reason) => normalizeName(reason.replaceAll(/\s+/g, ' ')))
  .pipe(
    z
      .string()
      .min(1, 'Say why: the reason is public.')
      .max(MAX_REASON_LENGTH, `Use at most ${MAX_REASON_LENGTH} characters.`)
      .refine((reason) => !hasInvisible(reason), 'Use visible characters.'),
  );
