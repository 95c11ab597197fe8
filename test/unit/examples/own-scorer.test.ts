import { expect, test } from 'vitest';
import { meanDice } from '#examples/scorers/own-scorer/dice.ts';
import { readPng } from '#runner/imaging/pictures/png.ts';
import { DEFAULT_READ_LIMITS } from '#runner/imaging/volume.ts';
import { pngFile } from '#test/support/imaging/picture-files.ts';

const row = (...pixels: number[]) =>
  readPng(pngFile({ width: pixels.length, height: 1, pixels }), DEFAULT_READ_LIMITS);

test.each<[string, number[], number[], number]>([
  ['equal labels', [0, 1, 2, 2], [0, 1, 2, 2], 1],
  // Label 1: 2·1 / (2 + 1). Label 2: 2·1 / (1 + 3).
  ['the mean over labels', [1, 1, 2, 0, 0], [1, 2, 2, 2, 0], (2 / 3 + 1 / 2) / 2],
  ['a label that is missed', [1, 2], [1, 0], 1 / 2],
  // Label 3 isn't in the truth, so it only counts where it hides another label.
  ['a label that is invented', [1, 1, 0], [1, 1, 3], 1],
  ['nothing in both', [0, 0], [0, 0], 1],
  ['nothing in the truth', [0, 0], [0, 1], 0],
])('Dice of %s', (_, truth, prediction, expected) => {
  expect(meanDice(row(...truth), row(...prediction))).toBeCloseTo(expected, 12);
});

test('pictures of different sizes can’t be compared', () => {
  expect(meanDice(row(1, 1), row(1, 1, 1))).toBeNull();
});
