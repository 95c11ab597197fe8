import type { MaskLabel } from '#lib/domain/metrics/labels.ts';
import { pictureSize } from '#runner/imaging/pictures/picture-size.ts';
import { readVolume } from '#runner/imaging/read.ts';
import { DEFAULT_READ_LIMITS, type Volume } from '#runner/imaging/volume.ts';
import { trueLabelsOf } from '#runner/scoring/true-mask.ts';
import {
  type LabelledTruthFacts,
  labelledMaskFacts,
  type TruthFacts,
  truthFacts,
} from '#runner/scoring/truth-facts.ts';

/** Facts of a mask with labels. Throws Error if it can't be used. */
export function labelFacts(volume: Volume, labels: readonly MaskLabel[]): LabelledTruthFacts {
  requireKnownLabels(volume, labels);
  return labelledMaskFacts(trueLabelsOf(volume, labels), labels);
}

/**
 * Facts of a mask that is a picture; `picture` is the image that it belongs to.
 *
 * @throws Error if it can't be used.
 */
export function pictureFacts(
  mask: Uint8Array,
  { labels, picture }: { labels: readonly MaskLabel[] | null; picture: Uint8Array | null },
): TruthFacts | LabelledTruthFacts {
  const facts = labels ? labelFacts(readVolume(mask), labels) : truthFacts(mask);
  const size = picture && pictureSize(picture, DEFAULT_READ_LIMITS);
  if (size && (size[0] !== facts.shape[0] || size[1] !== facts.shape[1])) {
    throw new Error(
      `it has ${facts.shape[0]} × ${facts.shape[1]} pixels, but its picture has ${size[0]} × ${size[1]}. Bring both to one size`,
    );
  }
  return facts;
}

/** A value that no label has would silently count as background. */
function requireKnownLabels({ data, slope, intercept }: Volume, labels: readonly MaskLabel[]): void {
  const known = new Set([0, ...labels.map(({ value }) => value)]);
  let last: number | bigint | null = null;
  for (let at = 0; at < data.length; at++) {
    const raw = data[at]!;
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
