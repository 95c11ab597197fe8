import type { MaskLabel } from '#lib/domain/metrics/labels.ts';
import { pngSize } from '#runner/imaging/pictures/png.ts';
import { tiffSize } from '#runner/imaging/pictures/tiff.ts';
import { readVolume } from '#runner/imaging/read.ts';
import { DEFAULT_READ_LIMITS } from '#runner/imaging/volume.ts';
import {
  type LabelledTruthFacts,
  labelledTruthFacts,
  type TruthFacts,
  truthFacts,
} from '#runner/scoring/truth-facts.ts';

/**
 * Facts of a mask with labels, or of a picture. `picture` is the image that a picture belongs to.
 *
 * @throws Error if it can't be used.
 */
export function readMaskFacts(
  mask: Uint8Array,
  { labels, picture }: { labels: readonly MaskLabel[] | null; picture: Uint8Array | null },
): TruthFacts | LabelledTruthFacts {
  if (labels) requireKnownLabels(mask, labels);
  const facts = labels === null ? truthFacts(mask) : labelledTruthFacts(mask, labels);
  const size = picture && (pngSize(picture, DEFAULT_READ_LIMITS) ?? tiffSize(picture, DEFAULT_READ_LIMITS));
  if (size && (size[0] !== facts.shape[0] || size[1] !== facts.shape[1])) {
    throw new Error(
      `it has ${facts.shape[0]} × ${facts.shape[1]} pixels, but its picture has ${size[0]} × ${size[1]}. Bring both to one size`,
    );
  }
  return facts;
}

/** A value that no label has would silently count as background. */
function requireKnownLabels(mask: Uint8Array, labels: readonly MaskLabel[]): void {
  const { data, slope, intercept } = readVolume(mask);
  const known = new Set([0, ...labels.map(({ value }) => value)]);
  let last: number | bigint | null = null;
  for (const raw of data) {
    if (raw === last) continue;
    last = raw;
    const value = Number(raw) * slope + intercept;
    if (!known.has(value)) {
      throw new Error(
        `it has the value ${Number(value.toPrecision(6))}, which is no label of the task (${[...known].join(', ')})`,
      );
    }
  }
}
