import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BRAIN_BOX_MM } from '#examples/synthetic/anatomy/grid.ts';
import {
  CSF_BIT,
  prepareTemplate,
  TERRITORY_BITS,
  VENTRICLE_BIT,
  WHITE_MATTER_BIT,
} from '#examples/synthetic/anatomy/template.ts';
import { defaultTemplatePath, loadTemplate } from '#examples/synthetic/anatomy/template-file.ts';
import { TERRITORIES, territoryAt } from '#examples/synthetic/lesions/territories.ts';

const identity = [1, 0, 0, -50, 0, 1, 0, -60, 0, 0, 1, -50, 0, 0, 0, 1];
const SHAPE = [120, 140, 120] as const;

/** Nested balls of white matter, cortex and CSF with a fluid-filled center: 1.1 l on a 1 mm grid. */
function phantom(background = 0, contrast: readonly [number, number, number] = [40, 100, 150]): Float32Array {
  const data = new Float32Array(SHAPE[0] * SHAPE[1] * SHAPE[2]).fill(background);
  let voxel = 0;
  for (let k = 0; k < SHAPE[2]; k++) {
    for (let j = 0; j < SHAPE[1]; j++) {
      for (let i = 0; i < SHAPE[0]; i++, voxel++) {
        const radius = Math.hypot((i - 60) / 56, (j - 70) / 66, (k - 60) / 56);
        if (radius > 1) continue;
        data[voxel] = radius > 0.95 || radius < 0.2 ? contrast[0] : radius > 0.8 ? contrast[1] : contrast[2];
      }
    }
  }
  return data;
}

describe('template', () => {
  it('labels the built-in brain: tissues, ventricles and territories in anatomical amounts', async () => {
    const { template } = await loadTemplate(defaultTemplatePath()!);
    const count = (matches: (label: number) => boolean) =>
      template.labels.reduce((sum, label) => sum + (matches(label) ? 1 : 0), 0);
    const brain = count((label) => label !== 0);
    const ventricles = count((label) => (label & VENTRICLE_BIT) !== 0);
    const white = count((label) => (label & WHITE_MATTER_BIT) !== 0);
    const csf = count((label) => (label & CSF_BIT) !== 0);
    expect(brain / 1e6).toBeGreaterThan(1.4);
    expect(ventricles / 1000).toBeGreaterThan(8); // ml at about 1 mm
    expect(ventricles / 1000).toBeLessThan(60);
    expect(white / brain).toBeGreaterThan(0.3);
    expect(white / brain).toBeLessThan(0.55);
    expect(csf / brain).toBeLessThan(0.25);
    const shares = TERRITORIES.map((_, i) => count((label) => (label & TERRITORY_BITS) === i + 1) / brain);
    for (const share of shares) expect(share).toBeGreaterThan(0.03);
    expect(Math.max(...shares)).toBe(shares[TERRITORIES.indexOf('MCA')]);
  });

  it('fits the brain into MNI’s box', () => {
    const template = prepareTemplate({ shape: SHAPE, affine: identity, data: phantom() });
    // The phantom spans voxels 4 to 116 in x, and voxel 4 maps to the low end of the box.
    const voxelAt = (mm: number) => template.scale[0] * mm + template.offset[0];
    expect(voxelAt(BRAIN_BOX_MM.low[0])).toBeCloseTo(4, 6);
    expect(voxelAt(BRAIN_BOX_MM.high[0])).toBeCloseTo(116, 6);
  });

  it('gives the same brain for any order and direction of the stored axes', () => {
    const data = phantom();
    const reference = prepareTemplate({ shape: SHAPE, affine: identity, data });
    // Stored with z first and from the top, then y, then x from the right.
    const stored = new Float32Array(data.length);
    let target = 0;
    for (let x = SHAPE[0] - 1; x >= 0; x--) {
      for (let y = 0; y < SHAPE[1]; y++) {
        for (let z = SHAPE[2] - 1; z >= 0; z--) stored[target++] = data[x + SHAPE[0] * (y + SHAPE[1] * z)]!;
      }
    }
    const affine = [0, 0, -1, 69, 0, 1, 0, -60, -1, 0, 0, 69, 0, 0, 0, 1];
    const turned = prepareTemplate({ shape: [120, 140, 120], affine, data: stored });
    expect(turned.scale).toEqual(reference.scale);
    expect(Buffer.from(turned.labels).equals(Buffer.from(reference.labels))).toBe(true);
  });

  it.each([
    ['no background', phantom(90), 'no background'],
    ['an empty volume', new Float32Array(SHAPE[0] * SHAPE[1] * SHAPE[2]), 'empty'],
    ['one tissue only', phantom(0, [100, 100, 100]), 'do not differ as in a T1-weighted scan'],
    [
      'a brain of a few ml',
      phantom().map((value, i) => (i % 120 > 50 && i % 120 < 56 ? value : 0)),
      'skull-stripped brain has 0.7 to 2.5 l',
    ],
  ])('rejects %s', (_, data, message) => {
    expect(() => prepareTemplate({ shape: SHAPE, affine: identity, data })).toThrow(message);
  });

  it('rejects other shapes and spacings', () => {
    const data = new Float32Array(1000);
    expect(() => prepareTemplate({ shape: [10, 10, 10], affine: identity, data })).toThrow('10×10×10');
    const coarse = identity.map((value, i) => (i === 0 ? 5 : value));
    expect(() => prepareTemplate({ shape: SHAPE, affine: coarse, data: phantom() })).toThrow(
      '5.00×1.00×1.00 mm',
    );
  });
});

describe('template file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'heldout-template-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('names a file that is missing or not an image', async () => {
    await expect(loadTemplate(path.join(folder, 'none.nii'))).rejects.toThrow(/none\.nii can't be read/);
    const text = path.join(folder, 'text.nii.gz');
    await writeFile(text, 'not a scan');
    await expect(loadTemplate(text)).rejects.toThrow(/text\.nii\.gz is not a readable image/);
    const cut = path.join(folder, 'cut.nii.gz');
    await writeFile(cut, (await readFile(defaultTemplatePath()!)).subarray(0, 100_000));
    await expect(loadTemplate(cut)).rejects.toThrow(/cut\.nii\.gz is not a readable image/);
  });
});

describe('territories', () => {
  it.each([
    ['insula', -40, 0, 5, 'MCA'],
    ['hand knob', 38, -22, 55, 'MCA'],
    ['putamen', -26, 4, 2, 'deep'],
    ['thalamus', 12, -18, 8, 'deep'],
    ['cuneus', 8, -85, 15, 'PCA'],
    ['medial frontal lobe', -6, 45, 25, 'ACA'],
    ['pons', 4, -25, -30, 'vertebrobasilar'],
    ['cerebellar hemisphere', 30, -62, -35, 'vertebrobasilar'],
  ] as const)('assigns the %s to its territory', (_, x, y, z, territory) => {
    expect(territoryAt(x, y, z)).toBe(territory);
  });
});
