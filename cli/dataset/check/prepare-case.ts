import { readFileSync, statSync } from 'node:fs';
import type { CaseTruth, DatasetCase } from '#cli/dataset/case.ts';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { VOLUME_NAME } from '#lib/domain/tasks/volume-names.ts';
import { canonicalScan, type ImageFile } from '#runner/imaging/canonical-pair.ts';
import { readImage } from '#runner/imaging/read.ts';
import type { Finding, FindingCode } from './findings.ts';
import type { PreparedInput, PreparedTruth } from './prepared.ts';
import { uniteMasks } from './unite-masks.ts';

export interface PrepareOptions {
  /** Accepts scans whose axes are not at right angles. */
  allowsShear: boolean;
  /** Whether a case without a truth is refused. */
  requiresTruth: boolean;
}

/** A case in memory. What can't be read or used is missing here and named in `findings`. */
export interface PreparedCase {
  inputs: PreparedInput[];
  truths: PreparedTruth[];
  /** Inputs and truths that aren't volumes; they are passed on as they are. */
  files: { slug: string; path: string; bytes: Uint8Array }[];
  findings: Finding[];
  /** Memory of the files and of their unpacked voxels. */
  buffers: ArrayBufferLike[];
}

/** Reads a case, checks that it belongs together, and makes the headers canonical. Never throws for a bad file. */
export function prepareCase(source: DatasetCase, options: PrepareOptions): PreparedCase {
  const prepared: PreparedCase = { inputs: [], truths: [], files: [], findings: [], buffers: [] };
  for (const [slug, { path }] of Object.entries(source.inputs)) {
    if (VOLUME_NAME.test(path)) addInput(prepared, slug, path, options);
    else addFile(prepared, slug, path);
  }
  for (const [slug, truth] of Object.entries(source.truths)) addTruth(prepared, slug, truth);
  if (options.requiresTruth && Object.keys(source.truths).length === 0) {
    const [first] = Object.values(source.inputs);
    find(prepared, 'incomplete', null, first?.path ?? null, 'it has no truth. Add it, or leave the case out');
  }
  return prepared;
}

function addInput(prepared: PreparedCase, slug: string, path: string, options: PrepareOptions): void {
  const source = readFileAsImage(prepared, slug, path);
  if (source === null) return;
  try {
    const canonical = canonicalScan(source, options);
    prepared.inputs.push({ ...canonical, slug, path, source });
    for (const change of canonical.changes) find(prepared, 'header', slug, path, change);
  } catch (error) {
    const code = error instanceof SubmissionError ? 'unreadable' : 'sheared';
    find(prepared, code, slug, path, `${path}: ${(error as Error).message}`);
  }
}

function addFile(prepared: PreparedCase, slug: string, path: string): void {
  const bytes = bytesOf(prepared, slug, path);
  if (bytes === null) return;
  if (bytes.length > 0) prepared.files.push({ slug, path, bytes });
  else find(prepared, 'unreadable', slug, path, `${path}: the file is empty. Replace it`);
}

function addTruth(prepared: PreparedCase, slug: string, truth: CaseTruth): void {
  if ('value' in truth) return;
  const { paths, on } = truth;
  if (!paths.every((path) => VOLUME_NAME.test(path))) {
    for (const path of paths) addFile(prepared, slug, path);
    return;
  }
  const files: (ImageFile & { path: string })[] = [];
  for (const path of paths) {
    const file = readFileAsImage(prepared, slug, path);
    if (file) files.push({ ...file, path });
  }
  const scans = prepared.inputs.filter((input) => on === null || input.slug === on);
  // What is missing then has a finding of its own.
  if (files.length < paths.length || scans.length === 0) return;
  const united = uniteMasks(files, scans);
  for (const { code, path, message } of united.findings) find(prepared, code, slug, path, message);
  if (united.truth) prepared.truths.push({ ...united.truth, slug, paths });
}

function readFileAsImage(prepared: PreparedCase, slug: string, path: string): ImageFile | null {
  const bytes = bytesOf(prepared, slug, path);
  if (bytes === null) return null;
  try {
    const image = readImage(bytes);
    prepared.buffers.push(image.volume.data.buffer);
    return { bytes, image };
  } catch (error) {
    find(prepared, 'unreadable', slug, path, `${path}: ${(error as Error).message}`);
    return null;
  }
}

/** Waits for the disk, because a thread has one case at a time; reading in turns with others takes longer. */
function bytesOf(prepared: PreparedCase, slug: string, path: string): Uint8Array | null {
  try {
    const { size } = statSync(path);
    // More than a Buffer can hold; readFile would say so in its own words.
    if (size > 2 ** 31) throw new Error(`${size} bytes are too many; at most 2 GiB are read.`);
    const bytes = readFileSync(path);
    prepared.buffers.push(bytes.buffer);
    return bytes;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT' ? 'it is a link to a file that isn’t here. Get the file (datalad get)' : message;
    find(prepared, 'unreadable', slug, path, `${path}: ${why}`);
    return null;
  }
}

function find(
  { findings }: PreparedCase,
  code: FindingCode,
  slug: string | null,
  file: string | null,
  message: string,
): void {
  findings.push({ code, slug, file, message });
}
