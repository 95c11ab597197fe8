import { beforeAll, describe, expect, it } from 'vitest';
import { ROW_STRIDE, SHAPE, SLICE_STRIDE } from '#examples/synthetic/anatomy/grid.ts';
import type { Template } from '#examples/synthetic/anatomy/template.ts';
import { defaultTemplatePath, loadTemplate } from '#examples/synthetic/anatomy/template-file.ts';
import { type PaintedCase, paintCase } from '#examples/synthetic/case.ts';
import { type CasePlan, planCase } from '#examples/synthetic/plan.ts';

const SEED = 'painting';
let template: Template;
beforeAll(async () => {
  ({ template } = await loadTemplate(defaultTemplatePath()!));
});

/** The first case with a matching plan; planning is cheap. */
function paintFirst(matches: (plan: CasePlan) => boolean): PaintedCase {
  for (let index = 0; index < 5000; index++) {
    if (matches(planCase(SEED, index))) return paintCase(template, SEED, index);
  }
  throw new Error('No such case among 5,000.');
}

/** Sizes of the 6-connected pieces, largest first; independent of the generator's code. */
function componentSizes(mask: Uint8Array): number[] {
  const left = new Set<number>();
  for (let voxel = 0; voxel < mask.length; voxel++) if (mask[voxel]) left.add(voxel);
  const sizes: number[] = [];
  while (left.size > 0) {
    const stack = [left.values().next().value!];
    left.delete(stack[0]!);
    let size = 0;
    for (let voxel = stack.pop(); voxel !== undefined; voxel = stack.pop()) {
      size++;
      for (const step of [1, -1, ROW_STRIDE, -ROW_STRIDE, SLICE_STRIDE, -SLICE_STRIDE]) {
        if (left.delete(voxel + step)) stack.push(voxel + step);
      }
    }
    sizes.push(size);
  }
  return sizes.sort((a, b) => b - a);
}

/** Mean value over the voxels that `matches` selects. */
function meanWhere(values: ArrayLike<number>, matches: (voxel: number) => boolean): number {
  let [sum, count] = [0, 0];
  for (let voxel = 0; voxel < values.length; voxel++) {
    if (!matches(voxel)) continue;
    sum += values[voxel]!;
    count++;
  }
  return sum / count;
}

const PLANS: [string, (plan: CasePlan) => boolean][] = [
  ['one small lesion', (plan) => plan.lesions.length === 1 && plan.totalVolumeMl < 0.3],
  ['many lesions', (plan) => plan.lesions.length >= 8 && plan.totalVolumeMl > 5],
  ['a cerebellar lesion', (plan) => plan.territory === 'vertebrobasilar' && plan.totalVolumeMl > 10],
  ['more than 250 ml', (plan) => plan.totalVolumeMl > 250],
];

describe('generated cases', () => {
  it.each(PLANS)('follow the plan, inside the brain: %s', (_, matches) => {
    const { plan, mask, raw, lesionVoxels } = paintFirst(matches);
    // The pieces are exactly as many and as large as planned, unless a hemisphere is full.
    expect(componentSizes(mask)).toEqual(plan.lesions.map((lesion) => lesion.voxels));
    expect(lesionVoxels).toEqual(plan.lesions.map((lesion) => lesion.voxels));
    let outside = 0;
    for (let voxel = 0; voxel < mask.length; voxel++) if (mask[voxel] && raw[voxel]! <= 0) outside++;
    expect(outside).toBe(0);
  });

  it('have an empty truth without lesions', () => {
    const { mask, raw } = paintFirst((plan) => plan.lesions.length === 0);
    expect(mask.every((value) => value === 0)).toBe(true);
    expect(raw.some((value) => value > 0)).toBe(true);
  });

  it('keep lesions on one side of the midline, and show a large chronic infarct almost as dark as CSF', () => {
    const { plan, mask, raw } = paintFirst(
      (candidate) =>
        candidate.chronicity === 'chronic' &&
        candidate.lesions.length === 1 &&
        candidate.totalVolumeMl > 100 &&
        candidate.lesions[0]!.cavitation > 0.8,
    );
    const lesion = meanWhere(raw, (voxel) => mask[voxel] === 1);
    const brain = meanWhere(raw, (voxel) => raw[voxel]! > 0 && mask[voxel] === 0);
    expect(lesion / brain).toBeLessThan(0.6);
    const rightward = meanWhere(
      Float32Array.from(mask, (_, voxel) => (voxel % SHAPE[0]) - 98),
      (voxel) => mask[voxel] === 1,
    );
    expect(Math.sign(rightward)).toBe(plan.lesions[0]!.side === 'right' ? 1 : -1);
  });

  it('show a nearly isointense lesion with only a few percent of contrast', () => {
    const { mask, raw } = paintFirst(
      (plan) => plan.totalVolumeMl > 5 && plan.lesions.length === 1 && plan.lesions[0]!.nearlyIsointense,
    );
    const lesion = meanWhere(raw, (voxel) => mask[voxel] === 1);
    const brain = meanWhere(raw, (voxel) => raw[voxel]! > 0 && mask[voxel] === 0);
    expect(lesion / brain).toBeGreaterThan(0.7);
  });

  it('are reproducible, and differ for another seed', () => {
    const index = 3;
    const first = paintCase(template, SEED, index);
    paintCase(template, SEED, index + 1);
    const again = paintCase(template, SEED, index);
    expect(Buffer.from(again.raw.buffer).equals(Buffer.from(first.raw.buffer))).toBe(true);
    expect(Buffer.from(again.mask).equals(Buffer.from(first.mask))).toBe(true);
    const other = paintCase(template, `${SEED}!`, index);
    expect(Buffer.from(other.raw.buffer).equals(Buffer.from(first.raw.buffer))).toBe(false);
  });

  it('fit into int16, with the noise level of the plan', () => {
    const bright = paintFirst((plan) => plan.site.gain > 50_000);
    expect(bright.slope).toBeGreaterThan(1);
    expect(bright.raw.reduce((max, value) => Math.max(max, value), 0)).toBeLessThanOrEqual(32_767);
    expect(bright.signalToNoise).toBeGreaterThanOrEqual(10);
    expect(bright.signalToNoise).toBeLessThanOrEqual(30);
  });
});
