import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DatasetCase } from '#cli/dataset/case.ts';
import { spacingOf, type Triple, type Volume } from '#runner/imaging/volume.ts';
import { maskFacts, type TruthFacts } from '#runner/scoring/truth-facts.ts';
import { type Finding, isError } from './findings.ts';
import { type HeaderText, headerText } from './header-text.ts';
import { orientationOf } from './orientation.ts';
import { type PreparedCase, type PrepareOptions, prepareCase } from './prepare-case.ts';
import type { PreparedInput } from './prepared.ts';
import { type VoxelFacts, voxelFacts } from './voxel-facts.ts';

export interface CheckOptions extends PrepareOptions {
  /** Seals each file of an accepted case to this recipient, into this folder. */
  sealing: { recipient: string; folder: string } | null;
}

/** What is known of an image; small, because that of all cases is kept. */
export interface CheckedInput extends VoxelFacts {
  slug: string;
  file: string;
  format: Volume['format'];
  dtype: string;
  shape: Triple;
  spacingMm: Triple;
  orientation: string;
  obliqueDegrees: number;
}

export interface CheckedTruth {
  slug: string;
  files: readonly string[];
  on: string;
  labels: readonly number[];
  facts: TruthFacts;
}

/** A sealed file, and what was sealed. */
export interface SealedFile {
  slug: string;
  role: 'input' | 'truth';
  /** Of the organizer's file. */
  name: string;
  /** Of the bytes before they were sealed. */
  sha256: string;
  sealedPath: string;
}

export interface CheckedCase {
  source: DatasetCase;
  findings: Finding[];
  inputs: CheckedInput[];
  truths: CheckedTruth[];
  headerTexts: (HeaderText & { slug: string; file: string })[];
  sealed: SealedFile[];
}

export interface CheckRequest {
  source: DatasetCase;
  index: number;
  options: CheckOptions;
}

/** Reads a case once: checks it, describes it, and seals it if it is accepted. `index` names its sealed files. */
export async function checkCase(
  source: DatasetCase,
  index: number,
  options: CheckOptions,
): Promise<CheckedCase> {
  const prepared = await prepareCase(source, options);
  const inputs = prepared.inputs.map(describeInput);
  const truths = prepared.truths.map(({ slug, paths, on, labels, mask }) => {
    return { slug, files: paths, on, labels, facts: maskFacts(mask) };
  });
  const findings = [...prepared.findings, ...inputs.flatMap(odditiesOf)];
  const headerTexts = prepared.inputs.flatMap(({ slug, path: file, source: { bytes } }) =>
    headerText(bytes).map((text) => ({ ...text, slug, file })),
  );
  const { sealing } = options;
  const accepted = !findings.some(isError);
  const sealed = sealing && accepted ? await sealCase(source, prepared, index, sealing) : [];
  return { source, findings, inputs, truths, headerTexts, sealed };
}

function describeInput({ slug, path: file, source, grid }: PreparedInput): CheckedInput {
  const { volume } = source.image;
  const { format, dtype, shape } = volume;
  return {
    slug,
    file,
    format,
    dtype,
    shape,
    spacingMm: spacingOf(grid.affine),
    ...orientationOf(grid),
    ...voxelFacts(volume),
  };
}

function odditiesOf({ slug, file, min, max, notFinite }: CheckedInput): Finding[] {
  const found: Finding[] = [];
  if (notFinite > 0) {
    const message = `${file} has ${notFinite} values that are NaN or infinite`;
    found.push({ code: 'not_finite', slug, file, message });
  }
  if (min !== null && min < 0) {
    const message = `${file} has negative values, down to ${Number(min.toPrecision(6))}`;
    found.push({ code: 'negative', slug, file, message });
  }
  if (min === max)
    found.push({ code: 'constant', slug, file, message: `${file} has the same value everywhere` });
  return found;
}

async function sealCase(
  source: DatasetCase,
  { inputs, truths, files }: PreparedCase,
  index: number,
  { recipient, folder }: { recipient: string; folder: string },
): Promise<SealedFile[]> {
  // Loaded only where it is needed: a check starts faster without it.
  const { seal } = await import('#runner/secrets/seal.ts');
  const parts = [
    ...inputs.map((input) => ({ ...input, file: input.path })),
    ...truths.map((truth) => ({ ...truth, file: truth.paths[0]! })),
    ...files.map((one) => ({ slug: one.slug, file: one.path, bytes: () => one.bytes })),
  ];
  const sealed: SealedFile[] = [];
  for (const { slug, file, bytes } of parts) {
    const plain = bytes();
    const sealedPath = path.join(folder, `${index}-${sealed.length}.age`);
    await writeFile(sealedPath, await seal(recipient, plain), { mode: 0o600 });
    sealed.push({
      slug,
      role: Object.hasOwn(source.inputs, slug) ? 'input' : 'truth',
      name: path.basename(file),
      sha256: createHash('sha256').update(plain).digest('hex'),
      sealedPath,
    });
  }
  return sealed;
}
