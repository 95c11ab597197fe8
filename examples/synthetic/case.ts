import { acquire } from './acquisition.ts';
import { makeAnatomy } from './anatomy/anatomy.ts';
import { CSF_BIT, type Template, VENTRICLE_BIT, WHITE_MATTER_BIT } from './anatomy/template.ts';
import { type Distractors, paintDistractors } from './lesions/distractors.ts';
import { maskOf, paintLesions } from './lesions/lesion-appearance.ts';
import { growLesions } from './lesions/lesion-growth.ts';
import { RandomStream } from './numeric/random.ts';
import { type CasePlan, planCase, withoutLesions } from './plan.ts';

/** A complete case in memory, on the grid of grid.ts. */
export interface PaintedCase {
  plan: CasePlan;
  /** value = raw · slope */
  raw: Int16Array;
  slope: number;
  mask: Uint8Array;
  /** 0 outside the brain, 1 CSF, 2 gray matter, 3 white matter, as if there were no lesion. */
  tissues: Uint8Array;
  /** 1 where white matter around the ventricles is darkened. */
  damaged: Uint8Array;
  /** Voxels of each lesion, in the plan's order; fewer than planned if a hemisphere was full. */
  lesionVoxels: number[];
  distractors: Distractors;
  signalToNoise: number;
}

/**
 * Generates case `index` of a seed. The same seed, index and template give the same voxels, whichever other
 * cases are generated: each step uses a separate random stream.
 *
 * @param isHealthy without lesions; the plan says so too.
 */
export function paintCase(template: Template, seed: string, index: number, isHealthy = false): PaintedCase {
  const stream = (step: string) => new RandomStream(seed, `case ${index} ${step}`);
  const plan = isHealthy ? withoutLesions(planCase(seed, index)) : planCase(seed, index);
  const anatomy = makeAnatomy(template, plan, stream('anatomy'));
  const tissues = anatomy.labels.map(tissueOf);
  const damaged = new Uint8Array(tissues.length);
  const map = growLesions(anatomy.labels, plan.lesions, stream('growth'));
  const distractors = paintDistractors(anatomy, map.lesionOf, stream('distractors'), damaged);
  paintLesions(anatomy, map, plan.lesions, stream('appearance'));
  const scan = acquire(anatomy.signal, plan.site, stream('acquisition'), stream('noise'));
  return {
    plan,
    ...scan,
    mask: maskOf(map),
    tissues,
    damaged,
    lesionVoxels: map.voxels.map((voxels) => voxels.length),
    distractors,
  };
}

function tissueOf(label: number): number {
  if (label === 0) return 0;
  if (label & (CSF_BIT | VENTRICLE_BIT)) return 1;
  return label & WHITE_MATTER_BIT ? 3 : 2;
}
