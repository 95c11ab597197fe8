import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDataset } from '#cli/dataset/dataset.ts';
import { labelCells } from '#examples/algorithms/own-scorer/cells.ts';
import { meanDice } from '#examples/scorers/own-scorer/dice.ts';
import { HEIGHT, paintPicture, WIDTH } from '#examples/synthetic/pictures/picture.ts';
import { writePictures } from '#examples/synthetic/pictures/picture-set.ts';
import { encodePng } from '#runner/imaging/pictures/encode-png.ts';
import { readPng } from '#runner/imaging/pictures/png.ts';
import { DEFAULT_READ_LIMITS } from '#runner/imaging/volume.ts';

const SEED = 'pictures';
const volume = (labels: Uint8Array) => readPng(encodePng(WIDTH, HEIGHT, labels, 'gray'), DEFAULT_READ_LIMITS);

describe('the pictures of the template own-scorer', () => {
  it('are the same for the same seed, and have both labels', () => {
    const first = paintPicture(SEED, 3);
    expect(paintPicture(SEED, 3)).toEqual(first);
    expect(paintPicture(SEED, 4).labels).not.toEqual(first.labels);
    expect(new Set(first.labels)).toEqual(new Set([0, 1, 2]));
  });

  it('are labeled by contrast far better than by the baseline', () => {
    for (let index = 0; index < 10; index++) {
      const { photo, labels } = paintPicture(SEED, index);
      const gray = { width: WIDTH, height: HEIGHT, values: Float32Array.from(photo) };
      expect(meanDice(volume(labels), volume(labelCells(gray)))).toBeGreaterThan(0.7);
      expect(meanDice(volume(labels), volume(new Uint8Array(labels.length)))).toBe(0);
    }
  });
});

describe('heldout synthesize --pictures', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'heldout-pictures-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('writes a data set with a photo per case, and refuses a folder that isn’t empty', async () => {
    await writePictures(folder, SEED, 3, () => undefined);
    const { layout, cases } = await readDataset(folder);
    expect(layout).toBe('table');
    expect(cases.map(({ name }) => name)).toEqual(['picture-0001', 'picture-0002', 'picture-0003']);
    const photo = await readFile(cases[2]!.inputs['photo']!.path);
    expect(new Uint8Array(photo)).toEqual(
      new Uint8Array(encodePng(WIDTH, HEIGHT, paintPicture(SEED, 2).photo, 'gray')),
    );
    expect((await readdir(folder)).sort()).toEqual(['cases.csv', 'photos', 'truth.tar']);
    await expect(writePictures(folder, SEED, 3, () => undefined)).rejects.toThrow('is not empty');
  });
});
