import { readFile } from 'node:fs/promises';
import type { DatasetCase } from '#cli/dataset/case.ts';
import { prepareCase } from '#cli/dataset/check/prepare-case.ts';
import { STROKE_METADATA } from '#lib/domain/tasks/stroke-t1.ts';
import type { Task } from '#lib/domain/tasks/task.ts';
import { emptyMaskLike } from '#runner/scoring/empty-mask.ts';
import type { CaseFiles } from '#runner/types.ts';

/** The files of a case on disk, by the slugs of the task's sockets, as a test set would give them. */

export async function openInputs({ inputs, values, metadata }: DatasetCase): Promise<CaseFiles> {
  const files = new Map<string, Uint8Array>([[STROKE_METADATA, jsonBytes(metadata)]]);
  for (const [slug, value] of Object.entries(values)) files.set(slug, jsonBytes(value));
  for (const [slug, { path }] of Object.entries(inputs)) files.set(slug, await readFile(path));
  return files;
}

/** The truths were checked before; what has changed since is a platform error. */
export async function openTruths(source: DatasetCase): Promise<CaseFiles> {
  const { truths, files, findings } = await prepareCase(source, { allowsShear: true, requiresTruth: true });
  const opened = new Map<string, Uint8Array>(files.map(({ slug, bytes }) => [slug, bytes]));
  for (const { slug, bytes } of truths) opened.set(slug, await bytes());
  for (const [slug, truth] of Object.entries(source.truths)) {
    if ('value' in truth) opened.set(slug, jsonBytes(truth.value));
    else if (!opened.has(slug)) throw new Error(findings.map(({ message }) => message).join('; '));
  }
  return opened;
}

/** Replaces a missing true mask, so that the prediction is still checked against the grid. */
export async function emptyTruths(source: DatasetCase, { scoring }: Task): Promise<CaseFiles> {
  if (scoring.kind !== 'segmentation') return new Map();
  const grid = await readFile(source.inputs[scoring.grid]!.path);
  return new Map([[scoring.output, emptyMaskLike(grid)]]);
}

function jsonBytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
