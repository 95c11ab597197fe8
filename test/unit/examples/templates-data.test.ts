import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { findInfarcts } from '#examples/algorithms/stroke-multimodal/infarct.ts';
import { GRAY, labelTissues } from '#examples/algorithms/tissue-labels/tissues.ts';
import type { Scan } from '#examples/algorithms/volumes/volume.ts';
import { AFFINE, SHAPE } from '#examples/synthetic/anatomy/grid.ts';
import type { Template } from '#examples/synthetic/anatomy/template.ts';
import { defaultTemplatePath, loadTemplate } from '#examples/synthetic/anatomy/template-file.ts';
import { type PaintedCase, paintCase } from '#examples/synthetic/case.ts';
import { multimodalImages, type Sequence } from '#examples/synthetic/multimodal/multimodal.ts';
import { planCase } from '#examples/synthetic/plan.ts';
import { spacingOf } from '#runner/imaging/volume.ts';
import { dice } from '#test/support/imaging/phantom.ts';

/** The example algorithms on data as the pages of the templates generate them. */

const SEED = 'templates';
let template: Template;
beforeAll(async () => {
  ({ template } = await loadTemplate(defaultTemplatePath()!));
});
beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
});

/** Mean Dice over CSF, gray matter and white matter. */
function meanDice(labels: Uint8Array, truth: Uint8Array): number {
  const of = (label: number, values: Uint8Array) => values.map((value) => (value === label ? 1 : 0));
  return [1, 2, 3].reduce((sum, label) => sum + dice(of(label, labels), of(label, truth)), 0) / 3;
}

describe('tissue-labels', () => {
  it('has brains without lesions, and thresholds beat a brain of gray matter alone', () => {
    const { raw, slope, mask, tissues, plan } = paintCase(template, SEED, 0, true);
    expect(plan.lesions).toEqual([]);
    expect(mask).not.toContain(1);
    const values = Float32Array.from(raw, (value) => value * slope);
    const scan: Scan = { shape: SHAPE, spacing: [1, 1, 1], affine: AFFINE.flat(), values };
    const baseline = meanDice(
      Uint8Array.from(values, (value) => (value > 0 ? GRAY : 0)),
      tissues,
    );
    // Gray matter is the largest tissue, but one of three labels: at most a third.
    expect(baseline).toBeLessThan(0.34);
    expect(meanDice(labelTissues(scan), tissues)).toBeGreaterThan(0.75);
  });
});

describe('stroke-multimodal', () => {
  const scanOf = ({ grid: { shape, affine }, data }: Sequence): Scan => ({
    shape,
    affine,
    spacing: spacingOf(affine),
    values: Float32Array.from(data),
  });
  let painted: PaintedCase;
  let images: ReturnType<typeof multimodalImages>;
  beforeAll(() => {
    const index = Array.from({ length: 100 }, (_, n) => n).find((n) => {
      const { totalVolumeMl } = planCase(SEED, n);
      return totalVolumeMl > 10 && totalVolumeMl < 60;
    })!;
    painted = paintCase(template, SEED, index);
    images = multimodalImages(SEED, painted);
  });

  it('has the lesion on the grid of the DWI, and the FLAIR on another', () => {
    const { dwi, adc, flair, mask } = images;
    expect(adc.grid).toEqual(dwi.grid);
    expect(mask).toHaveLength(dwi.data.length);
    expect(spacingOf(dwi.grid.affine).map((mm) => mm.toFixed(3))).toEqual(['2.000', '2.000', '2.000']);
    expect(spacingOf(flair.grid.affine).map((mm) => mm.toFixed(3))).toEqual(['0.900', '0.900', '5.000']);
    // Voxels of 8 mm³ against those of 1 mm³ on the template's grid.
    const ml = (values: Uint8Array, mm3: number) =>
      (values.reduce((sum, value) => sum + value, 0) * mm3) / 1000;
    expect(ml(mask, 8) / ml(painted.mask, 1)).toBeGreaterThan(0.85);
    expect(ml(mask, 8) / ml(painted.mask, 1)).toBeLessThan(1.15);
  });

  it('finds an infarct where the baseline finds none, and leaves out old damage', () => {
    const { dwi, adc, mask } = images;
    expect(dice(findInfarcts(scanOf(dwi), scanOf(adc)), mask)).toBeGreaterThan(0.7);
    const healthy = multimodalImages(SEED, paintCase(template, SEED, painted.plan.index, true));
    expect(findInfarcts(scanOf(healthy.dwi), scanOf(healthy.adc))).not.toContain(1);
  });
});
