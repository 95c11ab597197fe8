import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { type CanonicalMask, canonicalMask, type ImageFile } from '#runner/imaging/canonical-pair.ts';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { volumeOn } from '#runner/imaging/readings.ts';
import { type Grid, voxelCount } from '#runner/imaging/volume.ts';
import { type CaseMask, maskOf } from '#runner/scoring/case-mask.ts';
import type { RunLengths } from '#runner/scoring/geometry/run-lengths.ts';
import type { FindingCode } from './findings.ts';
import type { PreparedInput, PreparedTruth } from './prepared.ts';

type MaskFile = ImageFile & { path: string };
type MaskFinding = { code: FindingCode; path: string; message: string };

interface PlacedMask extends CanonicalMask {
  file: MaskFile;
}

const GZIP_LEVEL = 6;
const MAX_LABELS = 5;

/**
 * Puts the masks of one truth on the grid of their scan: the first of `scans` that they match. One mask keeps its
 * file, if that stores the scan's grid; several are united, so that a voxel of two masks counts once.
 */
export function uniteMasks(
  files: readonly MaskFile[],
  scans: readonly PreparedInput[],
): { truth: Omit<PreparedTruth, 'slug' | 'paths'> | null; findings: MaskFinding[] } {
  const { scan, placed, findings } = placeMasks(files, scans);
  if (scan === null) return { truth: null, findings };
  for (const { file, changes } of placed) {
    for (const message of changes) findings.push({ code: 'header', path: file.path, message });
  }
  const masks: CaseMask[] = [];
  const labels = new Set<number>();
  for (const one of placed) {
    try {
      const mask = maskOf(one.volume);
      for (const label of labelsOf(mask)) labels.add(label);
      masks.push(mask);
    } catch (error) {
      if (!(error instanceof SubmissionError)) throw error;
      const message = `${one.file.path}: ${error.message}`;
      findings.push({ code: 'not_a_mask', path: one.file.path, message });
    }
  }
  if (masks.length < files.length) return { truth: null, findings };
  const mask = masks.length === 1 ? masks[0]! : unionOf(masks, scan.grid);
  findings.push(...oddities(mask, masks, [...labels], files));
  const bytes = () =>
    masks.length === 1
      ? placed[0]!.bytes()
      : encodeNifti({ ...scan.grid, data: mask.volume.data, gzipLevel: GZIP_LEVEL });
  return { truth: { on: scan.slug, mask, labels: [...labels].sort((a, b) => a - b), bytes }, findings };
}

/** The scan that all masks are on; if there is none, says how each differs from the first scan. */
function placeMasks(files: readonly MaskFile[], scans: readonly PreparedInput[]) {
  const findings: MaskFinding[] = [];
  for (const scan of scans) {
    const placed: PlacedMask[] = [];
    for (const file of files) {
      try {
        placed.push({ ...canonicalMask(file, scan.source.image, scan.grid), file });
      } catch (error) {
        if (scan !== scans[0]) continue;
        const code = error instanceof SubmissionError ? 'unreadable' : 'other_grid';
        const message = `${(error as Error).message}. Resample ${file.path} to the grid of ${scan.path}`;
        findings.push({ code, path: file.path, message });
      }
    }
    if (placed.length === files.length) return { scan, placed, findings: [] as MaskFinding[] };
  }
  return { scan: null, placed: [], findings };
}

function unionOf(masks: readonly CaseMask[], grid: Grid): CaseMask {
  const data = new Uint8Array(voxelCount(grid.shape));
  for (const { runLengths } of masks) {
    for (const [from, to] of runsOf(runLengths)) data.fill(1, from, to);
  }
  return maskOf(volumeOn(grid, { format: 'NIFTI', dtype: 'uint8', data }));
}

/** Places of the first voxel of each run, and behind the last one, in the file. */
function* runsOf({ row, start, end, shape }: RunLengths): Generator<[number, number]> {
  for (let run = 0; run < row.length; run++) {
    const at = row[run]! * shape[0];
    yield [at + start[run]!, at + end[run]!];
  }
}

function labelsOf({ volume, runLengths }: CaseMask): Set<number> {
  const { data, slope, intercept } = volume;
  const labels = new Set<number>();
  for (const [from, to] of runsOf(runLengths)) {
    for (let at = from; at < to && labels.size < MAX_LABELS; at++) {
      labels.add(Math.round(Number(data[at]!) * slope + intercept));
    }
  }
  return labels;
}

function oddities(
  mask: CaseMask,
  masks: readonly CaseMask[],
  labels: readonly number[],
  files: readonly MaskFile[],
): MaskFinding[] {
  const { path } = files[0]!;
  const found: MaskFinding[] = [];
  const { voxels } = mask.runLengths;
  if (voxels === 0) found.push({ code: 'empty_mask', path, message: `${path} marks no voxel` });
  const share = voxels / voxelCount(mask.volume.shape);
  if (share > 0.5) {
    const message = `${path} marks ${Math.round(100 * share)} % of its grid; it may be inverted`;
    found.push({ code: 'large_mask', path, message });
  }
  if (labels.some((label) => label !== 1)) {
    const values = labels.length === MAX_LABELS ? `${labels.join(', ')} and others` : labels.join(', ');
    const message = `${path} has the values ${values}; every value above 0 counts as marked`;
    found.push({ code: 'labels', path, message });
  }
  if (masks.length > 1) {
    const overlap = masks.reduce((sum, { runLengths }) => sum + runLengths.voxels, 0) - voxels;
    const message = `${masks.length} masks are united; ${overlap} of ${voxels} voxels are in several and count once`;
    found.push({ code: 'united', path, message });
  }
  return found;
}
