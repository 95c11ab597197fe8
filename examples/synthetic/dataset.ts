import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PaintedCase } from './case.ts';
import { type CasePlan, planCase, withoutLesions } from './plan.ts';
import { renderPreview } from './preview.ts';
import { type CaseImages, caseImages } from './variants/case-images.ts';
import { factsPath, spaceOf, type Variant } from './variants/variant.ts';

/** Increased whenever the same seed would give different voxels. */
export const GENERATOR = 'heldout-synthetic/1';
export const MAX_CASES = 10_000;
const PARTIAL = '.partial-';
export interface DatasetOptions {
  out: string;
  seed: string;
  /** Prefix of the subjects' names: `train` gives sub-train0001. Reveals nothing about the seed. */
  prefix: string;
  preview: boolean;
  variant: Variant;
  templateSha256: string;
}

/** The folder can't be written or contains another dataset; the message says what to do. */
export class DatasetError extends Error {}

export function subjectName(index: number, prefix: string): string {
  return `sub-${prefix}${String(index + 1).padStart(4, '0')}`;
}

/**
 * Creates the folder `out`, or checks an existing one. Rejects a folder that is not empty, unless `resume` is
 * set: then it compares the plans of the finished cases with this seed's and returns their indices.
 */
export async function openDataset(options: DatasetOptions, resume: boolean): Promise<Set<number>> {
  const entries = await mkdir(options.out, { recursive: true })
    .then(() => readdir(options.out))
    .catch((error: NodeJS.ErrnoException) => {
      throw new DatasetError(`${options.out} can't be used as a folder: ${error.message}`);
    });
  if (entries.length > 0 && !resume) {
    throw new DatasetError(
      `${options.out} is not empty. Use --resume to continue an earlier run, or choose a new folder.`,
    );
  }
  const finished = new Set<number>();
  for (const entry of entries) {
    if (entry.startsWith(PARTIAL)) await rm(path.join(options.out, entry), { recursive: true });
    else if (entry.startsWith('sub-')) finished.add(await matchingIndex(entry, options));
  }
  return finished;
}

async function matchingIndex(subject: string, options: DatasetOptions): Promise<number> {
  const index = Number(/(\d+)$/.exec(subject)?.[1]) - 1;
  if (!(index >= 0 && subjectName(index, options.prefix) === subject)) {
    throw new DatasetError(`${options.out} contains ${subject}, which this command did not create.`);
  }
  const file = path.join(options.out, subject, factsPath(options.variant, subject));
  const facts = await readFile(file, 'utf8').catch(() => '');
  // The facts end with the plan (describeTruth), which is compared as text.
  const expected = json({ plan: describePlan(planOf(options, index), options) });
  if (!facts.endsWith(expected.slice(2))) {
    throw new DatasetError(
      `${subject} in ${options.out} comes from another seed, template, space or version of the generator.`,
    );
  }
  return index;
}

/**
 * Writes one case: all files under a temporary name, then renamed, so that a case is either complete or
 * absent.
 */
export async function writeCase(options: DatasetOptions, painted: PaintedCase): Promise<void> {
  const { out, variant } = options;
  const subject = subjectName(painted.plan.index, options.prefix);
  const partial = path.join(out, `${PARTIAL}${subject}`);
  await rm(partial, { recursive: true, force: true });
  const { files, facts } = caseImages(variant, options.seed, subject, painted);
  const described = json(describeTruth(painted, facts, options));
  const written: [string, Uint8Array | string][] = [
    ...files.map(({ path: name, bytes }): [string, Uint8Array] => [name, bytes]),
    [factsPath(variant, subject), described],
  ];
  // Files get their final names only when they are complete, so that a listing never shows a partial scan.
  for (const [name, content] of written) {
    const file = path.join(partial, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(`${file}.partial`, content);
  }
  for (const [name] of written) {
    await rename(path.join(partial, `${name}.partial`), path.join(partial, name));
  }
  if (options.preview) {
    await mkdir(path.join(out, 'preview'), { recursive: true });
    await writeWhole(path.join(out, 'preview', `${subject}.png`), renderPreview(painted.raw, painted.mask));
  }
  await rename(partial, path.join(out, subject));
}

/** What is planned of a case in this data set. */
function planOf({ seed, variant }: DatasetOptions, index: number): CasePlan {
  const plan = planCase(seed, index);
  return variant === 'tissues' ? withoutLesions(plan) : plan;
}

/** The facts of a case that depend only on the seed; compared when a run is resumed. */
function describePlan(plan: CasePlan, { templateSha256, variant }: DatasetOptions) {
  return {
    generator: GENERATOR,
    templateSha256,
    ...spaceOf(variant),
    site: plan.site.name,
    chronicity: plan.chronicity,
    volumeMl: plan.totalVolumeMl,
    lesions: plan.lesions.map(({ voxels, territory, side }) => ({
      volumeMl: voxels / 1000,
      territory,
      side,
    })),
  };
}

function describeTruth(painted: PaintedCase, facts: CaseImages['facts'], options: DatasetOptions) {
  const { plan, lesionVoxels, distractors, signalToNoise } = painted;
  return {
    description:
      'TRUTH about a synthetic case. Keep it with the mask, hidden from everyone who is tested on this case.',
    ...(facts ?? {
      volumeMl: lesionVoxels.reduce((sum, voxels) => sum + voxels, 0) / 1000,
      lesionCount: lesionVoxels.filter((voxels) => voxels > 0).length,
    }),
    territory: plan.territory,
    nearlyIsointense: plan.lesions[0]?.nearlyIsointense ?? false,
    signalToNoise: Number(signalToNoise.toFixed(2)),
    distractors,
    plan: describePlan(plan, options), // last: see matchingIndex
  };
}

export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const partial = path.join(path.dirname(file), `${PARTIAL}${path.basename(file)}`);
  await writeFile(partial, content);
  await rename(partial, file);
}
