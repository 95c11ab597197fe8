import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { CommandError } from '#cli/command.ts';
import type { CaseMetadata } from '#lib/domain/test-sets/manifest.ts';

/** One case of a dataset on disk. */
export interface DatasetCase {
  /** `sub-r001s001_ses-1`; unique in its dataset. */
  name: string;
  scanPath: string;
  /** null if the dataset has no mask for the scan. */
  truthPath: string | null;
  metadata: CaseMetadata;
}

const SCAN = /^(sub-[A-Za-z0-9]+(?:_ses-[A-Za-z0-9]+)?)_.*?T1w\.(?:nii\.gz|nii|mha)$/;
const TRUTH = /^(sub-[A-Za-z0-9]+(?:_ses-[A-Za-z0-9]+)?)_.*?T1lesion_mask\.(?:nii\.gz|nii|mha)$/;

/**
 * Reads a BIDS folder as ATLAS 2.0 lays it out: scans `sub-…_ses-…_…T1w.nii.gz`, masks
 * `…_label-L_desc-T1lesion_mask.nii.gz`, and participants.tsv if it exists. Throws CommandError.
 */
export async function readDataset(folder: string): Promise<DatasetCase[]> {
  const scans = new Map<string, string>();
  const truths = new Map<string, string>();
  for (const file of await listFiles(folder)) {
    const base = path.basename(file);
    // macOS leaves ._ files beside the real ones.
    if (base.startsWith('._')) continue;
    for (const [pattern, found] of [
      [SCAN, scans],
      [TRUTH, truths],
    ] as const) {
      const name = pattern.exec(base)?.[1];
      if (name === undefined) continue;
      const earlier = found.get(name);
      if (earlier) throw new CommandError(`${name} exists twice: ${earlier} and ${file}. Keep only one.`);
      found.set(name, file);
    }
  }
  if (scans.size === 0) {
    throw new CommandError(
      `No scan found in ${folder}. Expected BIDS: sub-<id>/ses-<n>/anat/sub-<id>_ses-<n>_…_T1w.nii.gz. ` +
        'sub-<id>_T1w.nii.gz in any subfolder is enough; links work too.',
    );
  }
  for (const [name, file] of truths) {
    if (!scans.has(name))
      throw new CommandError(
        `The mask ${file} has no scan ${name}_…_T1w.nii.gz. Add the scan, or remove the mask.`,
      );
  }
  const participants = await readParticipants(folder);
  return [...scans.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, scanPath]) => ({
      name,
      scanPath,
      truthPath: truths.get(name) ?? null,
      metadata: metadataOf(participants.get(name.split('_')[0] ?? '')),
    }));
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw new CommandError(`The folder ${folder} doesn’t exist.`);
      if (error.code === 'ENOTDIR') throw new CommandError(`${folder} is a file. Pass a folder of scans.`);
      throw new CommandError(`The folder ${folder} can't be read: ${error.message}`);
    },
  );
  // DataLad stores files as links.
  const files = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink());
  return files.map((entry) => path.join(entry.parentPath, entry.name));
}

async function readParticipants(folder: string): Promise<Map<string, Record<string, string>>> {
  const text = await readFile(path.join(folder, 'participants.tsv'), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    },
  );
  const [header = '', ...lines] = text.split(/\r?\n/).filter((line) => line !== '');
  const columns = header.split('\t').map((column) => column.trim().toLowerCase());
  return new Map(
    lines.map((line) => {
      const cells = line.split('\t');
      const row = Object.fromEntries(columns.map((column, i) => [column, cells[i]?.trim() ?? '']));
      return [row['participant_id'] ?? '', row];
    }),
  );
}

/** `n/a` and blank mean unknown, and so do days ≤ 0, as in ATLAS R3.0. */
function metadataOf(row: Record<string, string> | undefined): CaseMetadata {
  const known = (...columns: string[]): string | null => {
    const value = columns.map((column) => row?.[column]).find((cell) => cell !== undefined && cell !== '');
    return value === undefined || value.toLowerCase() === 'n/a' ? null : value;
  };
  const days = Number(known('days_post_stroke') ?? Number.NaN);
  return {
    CENTER: known('site', 'center'),
    CHRONICITY: known('chronicity'),
    DAYS_POST_STROKE: Number.isFinite(days) && days > 0 ? days : null,
  };
}
