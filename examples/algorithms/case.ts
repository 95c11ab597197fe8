/**
 * The contract `exec` from the inside: one scan in, one mask out, then the process ends. See
 * docs/submission-format.md. Everything that an example algorithm logs goes through `log`, so that a reader
 * of the log can follow it step by step.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { readVolume } from '#runner/imaging/read.ts';
import { spacingOf } from '#runner/imaging/volume.ts';
import { type Scan, voxelMl } from './volume.ts';

const SCAN_SLUG = 't1-brain-mri';
const MASK_FOLDER = 'images/stroke-lesion-segmentation';

/** Newer templates say `socket`, older ones `interface`: each entry carries both, one is enough here. */
const interfaceSchema = z.object({ slug: z.string(), relative_path: z.string() });
const inputsSchema = z.array(
  z.object({
    interface: interfaceSchema,
    image: z.object({ name: z.string() }).nullable(),
  }),
);

/** Segments one scan; the mask has the scan's grid, 1 where the lesion is. */
export type Segmenter = (scan: Scan) => Uint8Array;

const started = performance.now();

export function log(message: string): void {
  console.log(`${((performance.now() - started) / 1000).toFixed(2).padStart(6)} s  ${message}`);
}

/**
 * Read the case, segment it, write the mask. Ends the process with code 1 and the reason where that fails.
 *
 * @param root the folder that holds `input` and `output`: `/` in a container.
 */
export function runAlgorithm(name: string, segment: Segmenter, root = process.argv[2] ?? '/'): void {
  try {
    log(`${name}: ${process.env['HELDOUT_CPUS'] ?? 'all'} CPUs, ${memoryMib()} MiB`);
    const { scan, fileName } = readScan(path.join(root, 'input'));
    log(`read ${fileName}: ${scan.shape.join(' × ')} voxels of ${scan.spacing.map(round).join(' × ')} mm`);
    const mask = segment(scan);
    const foreground = mask.reduce((sum, value) => sum + value, 0);
    const file = writeMask(path.join(root, 'output'), scan, mask);
    log(`wrote ${file}: ${foreground} voxels, ${round(foreground * voxelMl(scan))} ml`);
  } catch (error) {
    log(`failed: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}

function readScan(inputFolder: string): { scan: Scan; fileName: string } {
  const inputs = inputsSchema.parse(JSON.parse(readFileSync(path.join(inputFolder, 'inputs.json'), 'utf8')));
  const input = inputs.find((entry) => entry.interface.slug === SCAN_SLUG);
  if (!input?.image) throw new Error(`inputs.json lists no image "${SCAN_SLUG}"`);
  const fileName = path.join(input.interface.relative_path, input.image.name);
  const volume = readVolume(readFileSync(path.join(inputFolder, fileName)));
  const { shape, affine, data, slope, intercept } = volume;
  const values = new Float32Array(data.length);
  for (let voxel = 0; voxel < data.length; voxel++) {
    const value = Number(data[voxel]) * slope + intercept;
    values[voxel] = Number.isFinite(value) ? value : 0;
  }
  return { scan: { shape, affine, spacing: spacingOf(affine), values }, fileName };
}

function writeMask(outputFolder: string, { shape, affine }: Scan, mask: Uint8Array): string {
  const file = path.join(outputFolder, MASK_FOLDER, 'lesion.nii.gz');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, encodeNifti({ shape, affine, data: mask }));
  return file;
}

function memoryMib(): string {
  const bytes = Number(process.env['HELDOUT_MEMORY_BYTES']);
  return bytes > 0 ? String(Math.round(bytes / 2 ** 20)) : 'unlimited';
}

function round(value: number): string {
  return String(Math.round(value * 100) / 100);
}
