import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { CaseTruth, DatasetCase } from '#cli/dataset/case.ts';
import { prepareCase } from '#cli/dataset/check/prepare-case.ts';
import { STROKE_METADATA } from '#lib/domain/tasks/stroke-t1.ts';
import type { Task } from '#lib/domain/tasks/task.ts';
import { scorerInputs, scorerOutputs, scorerTruth } from '#runner/pipeline/scorer-case.ts';
import type { ScorerCase } from '#runner/sandbox/contracts/scorer-input.ts';
import { emptyMaskLike } from '#runner/scoring/empty-mask.ts';
import type { CaseFiles, CollectedOutputs } from '#runner/types.ts';

/** The files of a case on disk, by the slugs of the task's sockets, as a test set would give them. */

export async function openInputs({ inputs, values, metadata }: DatasetCase): Promise<CaseFiles> {
  const files = new Map<string, Uint8Array>([[STROKE_METADATA, jsonBytes(metadata)]]);
  for (const [slug, value] of Object.entries(values)) files.set(slug, jsonBytes(value));
  for (const [slug, { path: file }] of Object.entries(inputs)) files.set(slug, await readFile(file));
  return files;
}

/** What an organizer’s scorer gets of a case, as at the end of an evaluation: runner/pipeline/score-by-container.ts. */
export function scorerCaseOf(
  source: DatasetCase,
  { task, name, outputs }: { task: Task; name: string; outputs: () => Promise<CollectedOutputs> },
): ScorerCase {
  const files = Object.entries(source.inputs);
  const inputNames = Object.fromEntries(files.map(([slug, file]) => [slug, path.basename(file.path)]));
  return {
    name,
    open: async () => ({
      inputs: scorerInputs(task, await openInputs(source), inputNames),
      outputs: scorerOutputs(task, await outputs(), name),
      truth: scorerTruth(await openOwnTruths(source), { folder: name, names: truthNames(source) }),
    }),
  };
}

async function openOwnTruths(source: DatasetCase): Promise<CaseFiles> {
  if (Object.keys(source.truths).length === 0) return new Map();
  return new Map([...(await openTruths(source))].filter(([slug]) => Object.hasOwn(source.truths, slug)));
}

function truthNames({ truths }: DatasetCase): Record<string, string> {
  const nameOf = (slug: string, truth: CaseTruth) =>
    'value' in truth ? `${slug}.json` : path.basename(truth.paths[0]!);
  return Object.fromEntries(Object.entries(truths).map(([slug, truth]) => [slug, nameOf(slug, truth)]));
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
