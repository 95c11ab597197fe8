import { z } from 'zod';

/**
 * Recognizing the subjects of a hidden test set in data that is about to be released, without showing them to anybody
 * without the key: a test set goes with a keyed hash of each scan, and the organizer keeps the key.
 */

const BANDS = 64;
const BAND_BYTES = 5;
const EXACT_BYTES = 16;

/**
 * So many equal bands are a near-duplicate: of scans with a correlation of 0.995, 12 or more of 64 are equal in 998 of
 * 1,000 pairs; of scans with 0.95 in 1 of 1,000,000.
 */
const NEAR_BANDS = 12;

const base64Schema = (bytes: number) =>
  z
    .string()
    .length(Math.ceil(bytes / 3) * 4)
    .regex(/^[A-Za-z0-9+/]+={0,2}$/);

export const subjectHashSchema = z.strictObject({
  /** Equal for scans with the same voxels. */
  exact: base64Schema(EXACT_BYTES),
  /** Bands, many of them equal for scans that are nearly the same; null for a scan without structure. */
  near: base64Schema(BANDS * BAND_BYTES).nullable(),
});
export type SubjectHash = z.infer<typeof subjectHashSchema>;

export const subjectHashesSchema = z.strictObject({
  /** Tells keys apart, and says nothing of them. */
  keyId: z.string().regex(/^[0-9a-f]{16}$/),
  scans: z.array(subjectHashSchema).max(400_000),
});
export type SubjectHashes = z.infer<typeof subjectHashesSchema>;

export const SUBJECT_BANDS = { count: BANDS, bytes: BAND_BYTES, exactBytes: EXACT_BYTES } as const;

/** How two scans that were hashed with one key are alike; null if they aren't. */
export function likeness(a: SubjectHash, b: SubjectHash): 'same' | 'nearly' | null {
  if (a.exact === b.exact) return 'same';
  if (a.near === null || b.near === null) return null;
  const [x, y] = [Buffer.from(a.near, 'base64'), Buffer.from(b.near, 'base64')];
  let equal = 0;
  for (let at = 0; at < BANDS * BAND_BYTES; at += BAND_BYTES) {
    if (x.compare(y, at, at + BAND_BYTES, at, at + BAND_BYTES) === 0) equal += 1;
  }
  return equal >= NEAR_BANDS ? 'nearly' : null;
}
