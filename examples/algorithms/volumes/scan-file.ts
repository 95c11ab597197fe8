import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { log } from '#examples/algorithms/contracts/log.ts';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { readVolume } from '#runner/imaging/read.ts';
import { spacingOf } from '#runner/imaging/volume.ts';
import { type Scan, voxelMl } from './volume.ts';

/** Segments one scan; the mask has the scan's grid and is 1 in lesions. */
export type Segmenter = (scan: Scan) => Uint8Array;

/** Reads one scan (NIfTI or MetaImage) and writes its mask as NIfTI on the same grid. Throws on errors. */
export function segmentFile(scanFile: string, maskFile: string, segment: Segmenter): void {
  const scan = readScan(scanFile);
  const mask = segment(scan);
  mkdirSync(path.dirname(maskFile), { recursive: true });
  writeFileSync(maskFile, encodeNifti({ shape: scan.shape, affine: scan.affine, data: mask }));
  const foreground = mask.reduce((sum, value) => sum + value, 0);
  log(`wrote ${maskFile}: ${foreground} voxels, ${round(foreground * voxelMl(scan))} ml`);
}

/** Reads an image (NIfTI or MetaImage); what isn't finite is 0. Throws on errors. */
export function readScan(file: string): Scan {
  const { shape, affine, data, slope, intercept } = readVolume(readFileSync(file));
  const values = new Float32Array(data.length);
  for (let voxel = 0; voxel < data.length; voxel++) {
    const value = Number(data[voxel]) * slope + intercept;
    values[voxel] = Number.isFinite(value) ? value : 0;
  }
  const spacing = spacingOf(affine);
  log(`read ${path.basename(file)}: ${shape.join(' × ')} voxels of ${spacing.map(round).join(' × ')} mm`);
  return { shape, affine, spacing, values };
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}
