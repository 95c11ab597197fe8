import { log } from '#examples/algorithms/contracts/log.ts';
import { prepareBrain } from '#examples/algorithms/volumes/brain.ts';
import { resample } from '#examples/algorithms/volumes/resample.ts';
import { crop, downsample, type Scan } from '#examples/algorithms/volumes/volume.ts';

/** The labels of the task tissue-labels. */
export const CSF = 1;
export const GRAY = 2;
export const WHITE = 3;

/**
 * The tissue of each voxel of a skull-stripped scan: its signal, without the scanner's gain and the coil's bias,
 * against the means of two tissues.
 */
export function labelTissues(scan: Scan): Uint8Array {
  const brain = prepareBrain(scan);
  const { csf, gray, white } = brain.tissue;
  log(
    `brain: ${brain.volumeMl.toFixed(0)} ml; CSF ${csf.toFixed(2)}, gray ${gray.toFixed(2)}, white ${white.toFixed(2)}`,
  );
  const gain = resample(gainOf(scan, brain), brain, scan);
  const labels = new Uint8Array(scan.values.length);
  for (let voxel = 0; voxel < labels.length; voxel++) {
    if (scan.values[voxel]! <= 0 || gain[voxel]! <= 0) continue;
    const signal = scan.values[voxel]! / gain[voxel]!;
    labels[voxel] = signal < (csf + gray) / 2 ? CSF : signal < (gray + white) / 2 ? GRAY : WHITE;
  }
  return labels;
}

/** What the scan's signal was divided by, on the grid of the brain; outside of the brain its mean. */
function gainOf(scan: Scan, { factor, origin, shape, mask, values }: ReturnType<typeof prepareBrain>) {
  const whole = downsample(scan, factor);
  const raw = crop(whole.values, whole.shape, origin, shape);
  const gain = raw.map((value, voxel) =>
    mask[voxel] === 1 && values[voxel]! > 0 ? value / values[voxel]! : 0,
  );
  const known = gain.filter((value) => value > 0);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return gain.map((value) => (value > 0 ? value : mean));
}
