import { setImmediate } from 'node:timers/promises';
import type { CheckedCase, CheckedInput } from '#cli/dataset/check/check-case.ts';
import { correlation, NEAR_DUPLICATE } from './fingerprint.ts';
import { haveSameVoxels } from './same-voxels.ts';

interface Seen {
  name: string;
  input: CheckedInput;
}

/**
 * Adds a finding to each case with a scan that is identical, or nearly so, to one of an earlier case. An identical
 * one is an error: the second case would count twice, and its truth may even differ. Files whose digests are equal are
 * read again and compared. Throws the signal's reason.
 */
export async function findDuplicates(
  cases: readonly CheckedCase[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const seen: Seen[] = [];
  /** Scans that differ, by their digests; nearly always one each. */
  const byDigest = new Map<string, Seen[]>();
  for (const { source, inputs, findings } of cases) {
    // Every scan is compared with all before it. Without a pause, Ctrl+C would have to wait for the end.
    await setImmediate();
    signal?.throwIfAborted();
    const earlier = seen.length;
    for (const input of inputs) {
      const { slug, file, digest } = input;
      const alike = byDigest.get(digest) ?? [];
      const twin = await identical(input, alike);
      if (twin) {
        const where = twin.input.slug === slug ? '' : ` (its ${twin.input.slug})`;
        const message = `its scan is identical to that of ${twin.name}${where}: the voxels of ${file} have the same values. Keep one`;
        findings.push({ code: 'duplicate', slug, file, message });
      } else {
        byDigest.set(digest, [...alike, { name: source.name, input }]);
        const similar = nearest(input, seen, earlier);
        if (similar) {
          const message = `its scan is nearly identical to that of ${similar.name} (correlation ${similar.r.toFixed(4)}): ${file}`;
          findings.push({ code: 'near_duplicate', slug, file, message });
        }
      }
      seen.push({ name: source.name, input });
    }
  }
}

async function identical({ file }: CheckedInput, others: readonly Seen[]): Promise<Seen | null> {
  for (const other of others) {
    if (await haveSameVoxels(file, other.input.file)) return other;
  }
  return null;
}

function nearest(
  { slug, signature }: CheckedInput,
  others: readonly Seen[],
  count: number,
): { name: string; r: number } | null {
  let best: { name: string; r: number } | null = null;
  if (signature === null) return null;
  for (let at = 0; at < count; at++) {
    const { name, input } = others[at]!;
    if (input.slug !== slug || input.signature === null) continue;
    const r = correlation(signature, input.signature);
    if (r > NEAR_DUPLICATE && r > (best?.r ?? 0)) best = { name, r };
  }
  return best;
}
