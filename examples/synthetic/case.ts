import { acquire } from './acquisition.ts';
import { makeAnatomy } from './anatomy/anatomy.ts';
import type { Template } from './anatomy/template.ts';
import { type Distractors, paintDistractors } from './lesions/distractors.ts';
import { maskOf, paintLesions } from './lesions/lesion-appearance.ts';
import { growLesions } from './lesions/lesion-growth.ts';
import { RandomStream } from './numeric/random.ts';
import { type CasePlan, planCase } from './plan.ts';

/** A complete case in memory, on the grid of grid.ts. */
export interface PaintedCase {
  plan: CasePlan;
  /** value = raw · slope */
  raw: Int16Array;
  slope: number;
  mask: Uint8Array;
  /** Voxels of each lesion, in the plan's order; fewer than planned if a hemisphere was full. */
  lesionVoxels: number[];
  distractors: Distractors;
  signalToNoise: number;
}

/**
 * Generates case `index` of a seed. The same seed, index and template give the same voxels, whichever other
 * cases are generated: each step uses a separate random stream.
 */
export function paintCase(template: Template, seed: string, index: number): PaintedCase {
  const stream = (step: string) => new RandomStream(seed, `case ${index} ${step}`);
  const plan = planCase(seed, index);
  const anatomy = makeAnatomy(template, plan, stream('anatomy'));
  const map = growLesions(anatomy.labels, plan.lesions, stream('growth'));
  const distractors = paintDistractors(anatomy, map.lesionOf, stream('distractors'));
  paintLesions(anatomy, map, plan.lesions, stream('appearance'));
  const scan = acquire(anatomy.signal, plan.site, stream('acquisition'), stream('noise'));
  return {
    plan,
    ...scan,
    mask: maskOf(map),
    lesionVoxels: map.voxels.map((voxels) => voxels.length),
    distractors,
  };
}
