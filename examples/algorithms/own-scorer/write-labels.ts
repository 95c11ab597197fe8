import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { CaseFolder } from '#examples/algorithms/contracts/case-folder.ts';
import { encodePng } from '#runner/imaging/pictures/encode-png.ts';
import { readPng } from '#runner/imaging/pictures/png.ts';
import { DEFAULT_READ_LIMITS } from '#runner/imaging/volume.ts';
import type { Gray } from './cells.ts';

/** Reads the photo of a case and writes a label picture of the same size. */
export function writeLabels(folder: CaseFolder, label: (photo: Gray) => Uint8Array): void {
  const { shape, data } = readPng(readFileSync(folder.imagePath('photo')), DEFAULT_READ_LIMITS);
  const [width, height] = shape;
  const labels = label({ width, height, values: Float32Array.from(data, Number) });
  const file = folder.outputPath('images/labels/labels.png');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, encodePng(width, height, labels, 'gray'));
}
