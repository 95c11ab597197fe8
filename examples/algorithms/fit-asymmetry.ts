/**
 * Fits the weights of `asymmetry` on synthetic training cases:
 * `npm run -s examples:fit -- CASES SEED > examples/algorithms/asymmetry-weights.ts`.
 * The same arguments give the same file. Use a training seed, never that of a hidden test set.
 */

import { AFFINE, SHAPE } from '#examples/synthetic/anatomy/grid.ts';
import type { Template } from '#examples/synthetic/anatomy/template.ts';
import { defaultTemplatePath, loadTemplate } from '#examples/synthetic/anatomy/template-file.ts';
import { paintCase } from '#examples/synthetic/case.ts';
import { asymmetryFeatures, FEATURES } from './asymmetry-features.ts';
import { fitLogistic, type Sample } from './logistic.ts';
import { prepareBrain } from './volumes/brain.ts';
import { findMidplane } from './volumes/midplane.ts';
import { downsample, type Scan } from './volumes/volume.ts';

/** At most this many evenly spaced voxels of either kind per case, so that no case dominates. */
const MAX_LESION_SAMPLES = 2000;
const MAX_HEALTHY_SAMPLES = 4000;
/**
 * Healthy voxels represent their whole case with this weight, because missing a lesion costs more than a
 * false positive.
 */
const HEALTHY_WEIGHT = 1 / 8;

function caseSamples(template: Template, seed: string, index: number): Sample[] {
  const { raw, mask } = paintCase(template, seed, index);
  const grid = { shape: SHAPE, spacing: [1, 1, 1] as const, affine: AFFINE.flat() };
  const scan: Scan = { ...grid, values: Float32Array.from(raw) };
  const brain = prepareBrain(scan);
  const { candidates, values } = asymmetryFeatures(brain, findMidplane(brain));
  const truth = downsample({ ...grid, values: Float32Array.from(mask) }, brain.factor);
  const isLesion = (voxel: number) => {
    const [width, height] = brain.shape;
    const x = (voxel % width) + brain.origin[0];
    const y = (Math.floor(voxel / width) % height) + brain.origin[1];
    const z = Math.floor(voxel / (width * height)) + brain.origin[2];
    return truth.values[(z * truth.shape[1] + y) * truth.shape[0] + x]! > 0.5;
  };
  const lesion = candidates.filter(isLesion);
  const healthy = candidates.filter((voxel) => !isLesion(voxel));
  const healthySampled = evenly(healthy, MAX_HEALTHY_SAMPLES);
  const healthyWeight = (HEALTHY_WEIGHT * healthy.length) / healthySampled.length;
  const featuresOf = (voxel: number) => values.map((feature) => feature[voxel]!);
  return [
    ...Array.from(evenly(lesion, MAX_LESION_SAMPLES), (voxel) => ({
      features: featuresOf(voxel),
      label: 1,
      weight: 1,
    })),
    ...Array.from(healthySampled, (voxel) => ({
      features: featuresOf(voxel),
      label: 0,
      weight: healthyWeight,
    })),
  ] as Sample[];
}

function evenly(voxels: Int32Array, count: number): Int32Array {
  if (voxels.length <= count) return voxels;
  return Int32Array.from({ length: count }, (_, i) => voxels[Math.floor((i * voxels.length) / count)]!);
}

const [cases, seed] = process.argv.slice(2);
const templatePath = defaultTemplatePath();
if (!(Number(cases) > 0) || seed === undefined || templatePath === null) {
  console.error('Usage: npm run -s examples:fit -- CASES SEED');
  process.exit(2);
}
const { template } = await loadTemplate(templatePath);
const samples: Sample[] = [];
for (let index = 0; index < Number(cases); index++) {
  samples.push(...caseSamples(template, seed, index));
  console.error(`case ${index + 1} of ${cases}: ${samples.length} samples`);
}
const { intercept, weights } = fitLogistic(samples);
console.log(`/** Written by fit-asymmetry.ts from ${cases} synthetic training cases of the seed "${seed}". */
export const ASYMMETRY_WEIGHTS: Readonly<{ intercept: number; features: readonly number[] }> = {
  intercept: ${Number(intercept.toFixed(4))},
  /** In the order of FEATURES. */
  features: [
${weights.map((weight, i) => `    ${Number(weight.toFixed(4))}, // ${FEATURES[i]}`).join('\n')}
  ],
};`);
