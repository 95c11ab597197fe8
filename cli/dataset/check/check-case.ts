import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DatasetCase } from '#cli/dataset/case.ts';
import { spacingOf, type Triple, type Volume } from '#runner/imaging/volume.ts';
import { maskFacts, type TruthFacts } from '#runner/scoring/truth-facts.ts';
import { type Finding, isError } from './findings.ts';
import { type Fingerprint, fingerprint } from './fingerprint.ts';
import { freeBuffers } from './free-buffers.ts';
import { type HeaderText, headerText } from './header-text.ts';
import { orientationOf } from './orientation.ts';
import { type PreparedCase, type PrepareOptions, prepareCase } from './prepare-case.ts';
import type { PreparedInput } from './prepared.ts';
import { numbersOf, type ValueRange, valueRange } from './value-range.ts';

export interface CheckOptions extends PrepareOptions {
  /** Seals each file of an accepted case to this recipient, into this folder. */
  sealing: { recipient: string; folder: string } | null;
}

/** What is known of an image; small, because that of all cases is kept. */
export interface CheckedInput extends ValueRange, Fingerprint {
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
  const { sealing } = options;
  const prepared = prepareCase(source, options);
  let checked: Omit<CheckedCase, 'sealed'>;
  let files: PlainFile[] = [];
  try {
    checked = checkPrepared(source, prepared);
    if (sealing && !checked.findings.some(isError)) files = plainFiles(prepared);
  } finally {
    freeBuffers(prepared.voxels);
  }
  return { ...checked, sealed: sealing ? await sealFiles(source, files, index, sealing) : [] };
}

function checkPrepared(source: DatasetCase, prepared: PreparedCase): Omit<CheckedCase, 'sealed'> {
  const inputs = prepared.inputs.map(describeInput);
  const truths = prepared.truths.map(({ slug, paths, on, labels, mask }) => {
    return { slug, files: paths, on, labels, facts: maskFacts(mask) };
  });
  const findings = [...prepared.findings, ...inputs.flatMap(odditiesOf)];
  const headerTexts = prepared.inputs.flatMap(({ slug, path: file, source: { bytes } }) =>
    headerText(bytes).map((text) => ({ ...text, slug, file })),
  );
  return { source, findings, inputs, truths, headerTexts };
}

function describeInput({ slug, path: file, source, grid }: PreparedInput): CheckedInput {
  const { volume } = source.image;
  const { format, dtype, shape } = volume;
  const data = numbersOf(volume.data);
  return {
    slug,
    file,
    format,
    dtype,
    shape,
    spacingMm: spacingOf(grid.affine),
    ...orientationOf(grid),
    ...valueRange(volume, data),
    ...fingerprint(volume, data),
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

/** A file to seal, with a canonical header. `path` is that of the organizer's file. */
interface PlainFile {
  slug: string;
  path: string;
  bytes: Uint8Array;
}

function plainFiles({ inputs, truths, files }: PreparedCase): PlainFile[] {
  return [
    ...inputs.map(({ slug, path, bytes }) => ({ slug, path, bytes: bytes() })),
    ...truths.map(({ slug, paths, bytes }) => ({ slug, path: paths[0]!, bytes: bytes() })),
    ...files,
  ];
}

async function sealFiles(
  source: DatasetCase,
  files: readonly PlainFile[],
  index: number,
  { recipient, folder }: { recipient: string; folder: string },
): Promise<SealedFile[]> {
  // Loaded only where it is needed: a check starts faster without it.
  const { seal } = await import('#runner/secrets/seal.ts');
  const sealed: SealedFile[] = [];
  for (const { slug, path: file, bytes } of files) {
    const sealedPath = path.join(folder, `${index}-${sealed.length}.age`);
    writeFileSync(sealedPath, await seal(recipient, bytes), { mode: 0o600 });
    sealed.push({
      slug,
      role: Object.hasOwn(source.inputs, slug) ? 'input' : 'truth',
      name: path.basename(file),
      sha256: createHash('sha256').update(bytes).digest('hex'),
      sealedPath,
    });
  }
  return sealed;
}
