import { expect, test } from 'vitest';
import { imagesBudgetBytes } from '#runner/process/open-images.ts';

const disk = { folder: '/var/lib/docker', freeBytes: 10, totalBytes: 1000 };

test('images may take half of the engine’s disk, unless the environment says how much', () => {
  expect(imagesBudgetBytes({ imagesMib: null }, { disk })).toBe(500);
  expect(imagesBudgetBytes({ imagesMib: 3 }, { disk })).toBe(3 * 2 ** 20);
  expect(imagesBudgetBytes({ imagesMib: 0 }, { disk })).toBe(0);
});

test('an engine’s disk that can’t be seen from here sets no limit', () => {
  expect(imagesBudgetBytes({ imagesMib: null }, { disk: null })).toBe(Number.POSITIVE_INFINITY);
});
