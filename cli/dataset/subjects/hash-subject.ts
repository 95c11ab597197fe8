import { createHash, createHmac } from 'node:crypto';
import type { Fingerprint } from '#cli/dataset/duplicates/fingerprint.ts';
import { SUBJECT_BANDS, type SubjectHash, type SubjectHashes } from '#lib/domain/test-sets/subjects.ts';

/** Bits of a band: signs of projections. */
const BITS = 32;
/** Values of a signature (8 × 8 × 8 blocks). */
const DIMENSIONS = 512;

export interface SubjectHasher {
  keyId: string;
  hash(scan: Fingerprint): SubjectHash;
}

/**
 * Hashes scans with a key of 32 bytes. Near-duplicates are found by random hyperplanes (Charikar, “Similarity
 * estimation techniques from rounding algorithms”, STOC 2002), which come from the key: 64 bands of 32 signs, each
 * hidden behind an HMAC. Without the key nobody can compare a scan with the hashes.
 */
export function subjectHasher(key: Uint8Array): SubjectHasher {
  const mac = (...parts: (string | Uint8Array)[]) => {
    const hmac = createHmac('sha256', key);
    for (const part of parts) hmac.update(part);
    return hmac.digest();
  };
  const planes = hyperplanes(mac('planes'));
  const near = (signature: Float32Array) =>
    Buffer.concat(
      Array.from({ length: SUBJECT_BANDS.count }, (_, band) => {
        const signs = signsOf(signature, planes, band);
        return mac(`near ${band} `, signs).subarray(0, SUBJECT_BANDS.bytes);
      }),
    ).toString('base64');
  return {
    keyId: mac('id').toString('hex', 0, 8),
    hash: ({ digest, signature }) => ({
      exact: mac('exact ', digest).toString('base64', 0, SUBJECT_BANDS.exactBytes),
      near: signature === null ? null : near(signature),
    }),
  };
}

/** The hashes of all scans of a test set, sorted, so that their order says nothing about the cases. */
export function hashSubjects(
  cases: readonly { inputs: readonly Fingerprint[] }[],
  key: Uint8Array,
): SubjectHashes {
  const { keyId, hash } = subjectHasher(key);
  const scans = cases.flatMap(({ inputs }) => inputs.map(hash));
  return { keyId, scans: scans.sort((a, b) => (a.exact < b.exact ? -1 : 1)) };
}

/** +1 or −1 for each dimension of each plane. */
function hyperplanes(seed: Uint8Array): Int8Array {
  const count = SUBJECT_BANDS.count * BITS * DIMENSIONS;
  const bits = createHash('shake256', { outputLength: count / 8 })
    .update(seed)
    .digest();
  return Int8Array.from({ length: count }, (_, at) => ((bits[at >> 3]! >> (at & 7)) & 1 ? 1 : -1));
}

/** The signs of the projections of a band, one bit each. */
function signsOf(signature: Float32Array, planes: Int8Array, band: number): Uint8Array {
  const signs = new Uint8Array(BITS / 8);
  for (let bit = 0; bit < BITS; bit++) {
    const from = (band * BITS + bit) * DIMENSIONS;
    let sum = 0;
    for (let i = 0; i < DIMENSIONS; i++) sum += signature[i]! * planes[from + i]!;
    if (sum >= 0) signs[bit >> 3]! |= 1 << (bit & 7);
  }
  return signs;
}
