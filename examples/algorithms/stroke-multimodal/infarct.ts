import { log } from '#examples/algorithms/contracts/log.ts';
import { keepComponents } from '#examples/algorithms/volumes/components.ts';
import { blur } from '#examples/algorithms/volumes/filters.ts';
import { quantile, type Scan, voxelMl } from '#examples/algorithms/volumes/volume.ts';

/** An infarct is brighter in the DWI than typical tissue by this factor… */
const BRIGHT = 1.45;
/** …and its ADC is below this share of that of typical tissue: old damage is bright too, but has a high ADC. */
const RESTRICTED = 0.8;
const SMOOTHING_VOXELS = 0.6;
const MIN_ML = 0.05;

/** Acute infarcts on the grid of the DWI, which is that of the ADC too. Throws Error if the grids differ. */
export function findInfarcts(dwi: Scan, adc: Scan): Uint8Array {
  if (dwi.values.length !== adc.values.length) throw new Error('DWI and ADC have different grids');
  const sigma = [SMOOTHING_VOXELS, SMOOTHING_VOXELS, SMOOTHING_VOXELS] as const;
  const signal = blur(dwi.values, dwi.shape, sigma);
  const diffusion = blur(adc.values, adc.shape, sigma);
  const inside = (values: Float32Array) => values.filter((_, voxel) => dwi.values[voxel]! > 0);
  const [typicalSignal, typicalDiffusion] = [quantile(inside(signal), 0.5), quantile(inside(diffusion), 0.4)];
  log(`typical: DWI ${typicalSignal.toFixed(0)}, ADC ${typicalDiffusion.toFixed(0)}`);
  const found = signal.map((value, voxel) =>
    value > BRIGHT * typicalSignal && diffusion[voxel]! < RESTRICTED * typicalDiffusion ? 1 : 0,
  );
  const infarcts = keepComponents(
    Uint8Array.from(found),
    dwi.shape,
    (voxels) => voxels.length * voxelMl(dwi) >= MIN_ML,
  );
  log(`components: ${infarcts.kept} of ${infarcts.found} kept`);
  return infarcts.mask;
}
