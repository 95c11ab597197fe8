import type { CheckedCase, CheckedInput } from './check-case.ts';
import { correlation, NEAR_DUPLICATE } from './voxel-facts.ts';

/**
 * Adds a finding to each case with a scan that is identical, or nearly so, to one of an earlier case. An identical
 * one is an error: the second case would count twice, and its truth may even differ.
 */
export function findDuplicates(cases: readonly CheckedCase[]): void {
  const seen: { name: string; input: CheckedInput }[] = [];
  const byDigest = new Map<string, { name: string; slug: string }>();
  for (const { source, inputs, findings } of cases) {
    const earlier = seen.length;
    for (const input of inputs) {
      const { slug, file, digest } = input;
      const twin = byDigest.get(digest);
      if (twin) {
        const where = twin.slug === slug ? '' : ` (its ${twin.slug})`;
        const message = `its scan is identical to that of ${twin.name}${where}: the voxels of ${file} have the same values. Keep one`;
        findings.push({ code: 'duplicate', slug, file, message });
      } else {
        byDigest.set(digest, { name: source.name, slug });
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

function nearest(
  { slug, signature }: CheckedInput,
  others: readonly { name: string; input: CheckedInput }[],
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
