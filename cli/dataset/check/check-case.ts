import { createHash } from 'node:crypto';
import type { DatasetCase } from '#cli/dataset/case.ts';
import { type Fingerprint, fingerprint } from '#cli/dataset/duplicates/fingerprint.ts';
import { type AgeHeader, encryptPayload } from '#lib/platform/encryption/age-payload.ts';
import { spacingOf, type Triple, type Volume } from '#runner/imaging/volume.ts';
import { type LabelledTruthFacts, maskFacts, type TruthFacts } from '#runner/scoring/truth-facts.ts';
import { packParts } from '#runner/secrets/parts.ts';
import { type Finding, isError } from './findings.ts';
import { freeBuffers } from './free-buffers.ts';
import { type HeaderText, headerText } from './header-text.ts';
import { orientationOf } from './orientation.ts';
import { type PreparedCase, type PrepareOptions, prepareCase } from './prepare-case.ts';
import type { PreparedInput } from './prepared.ts';
import { caseParts, type NamedPart, type SealPlan } from './sealed-parts.ts';
import { numbersOf, type ValueRange, valueRange } from './value-range.ts';

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

/** The sealed inputs or truths of a case, and what was sealed. */
export interface SealedFile {
  role: 'inputs' | 'truths';
  /** The organizer's names of the files, by slug. */
  files: Record<string, string>;
  /** Of the tar before it was sealed. */
  sha256: string;
  sealedPath: string;
  sealedBytes: number;
}

export interface CheckedCase {
  source: DatasetCase;
  findings: Finding[];
  inputs: CheckedInput[];
  truths: CheckedTruth[];
  headerTexts: (HeaderText & { slug: string; file: string })[];
  sealed: SealedFile[];
  /** Of the mask that the task scores, where there is a task. */
  scoredFacts: TruthFacts | LabelledTruthFacts | null;
}

export interface CheckRequest {
  source: DatasetCase;
  options: PrepareOptions;
  /** What a task needs of the case; null for a check without a task. */
  plan: SealPlan | null;
  sealing: CaseSealing | null;
}

/** The sealed files of a case, if it is accepted. */
export interface CaseSealing {
  files: Record<SealedFile['role'], { path: string; header: AgeHeader }>;
}

/** Keeps a sealed file. Its bytes are freed afterwards. */
export type WriteSealed = (path: string, sealed: Uint8Array) => void;

/** Reads a case once: checks it, describes it, and seals it if it is accepted. */
export async function checkCase(
  { source, options, plan, sealing }: CheckRequest,
  write: WriteSealed,
): Promise<CheckedCase> {
  const prepared = prepareCase(source, options);
  let checked: Checked;
  let packed: Packed[] = [];
  let scoredFacts: CheckedCase['scoredFacts'] = null;
  try {
    checked = checkPrepared(source, prepared);
    if (plan) {
      const { findings, ...parts } = caseParts(source, prepared, plan);
      checked.findings.push(...findings);
      if (!checked.findings.some(isError)) {
        const facts = await factsOfMask(checked, prepared, parts, plan);
        if ('code' in facts) checked.findings.push(facts);
        else ({ facts: scoredFacts } = facts);
      }
      // The bytes are made while files and voxels are in memory.
      if (sealing && !checked.findings.some(isError))
        packed = [pack('inputs', parts.inputs), pack('truths', parts.truths)];
    }
  } finally {
    freeBuffers(prepared.buffers);
  }
  const sealed = sealing ? packed.map((one) => sealFile(one, sealing.files[one.role], write)) : [];
  return { ...checked, scoredFacts, sealed };
}

type Checked = Omit<CheckedCase, 'sealed' | 'scoredFacts'>;

/** Facts of the mask that is scored, or why it can't be. */
async function factsOfMask(
  checked: Checked,
  { truths }: PreparedCase,
  parts: { inputs: readonly NamedPart[]; truths: readonly NamedPart[] },
  { mask }: SealPlan,
): Promise<{ facts: CheckedCase['scoredFacts'] } | Finding> {
  if (mask === null) return { facts: null };
  const { slug, labels, grid } = mask;
  const volume = truths.find((one) => one.slug === slug);
  if (volume && labels === null) return { facts: checked.truths.find((one) => one.slug === slug)!.facts };
  const part = parts.truths.find((one) => one.slug === slug);
  if (!part) return { facts: null };
  const { labelFacts, pictureFacts } = await import('./mask-facts.ts');
  try {
    if (volume && volume.paths.length > 1)
      throw new Error('several masks can’t be united where the mask has labels. Write one file');
    // The voxels in memory, because unpacking the file again takes longer than all other checks.
    if (volume && labels) return { facts: labelFacts(volume.mask.volume, labels) };
    const image = parts.inputs.find((one) => one.slug === grid);
    return { facts: pictureFacts(part.bytes(), { labels, picture: image?.bytes() ?? null }) };
  } catch (error) {
    return {
      code: 'not_a_mask',
      slug,
      file: part.file,
      message: `${part.file}: ${(error as Error).message}`,
    };
  }
}

function checkPrepared(source: DatasetCase, prepared: PreparedCase): Checked {
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

interface Packed extends Pick<SealedFile, 'role' | 'files'> {
  bytes: Uint8Array;
}

function pack(role: Packed['role'], parts: readonly NamedPart[]): Packed {
  return {
    role,
    files: Object.fromEntries(parts.map(({ slug, file }) => [slug, file])),
    bytes: packParts(parts.map(({ slug, ending, bytes }) => ({ slug, ending, bytes: bytes() }))),
  };
}

function sealFile(
  { role, files, bytes }: Packed,
  { path: sealedPath, header }: CaseSealing['files'][SealedFile['role']],
  write: WriteSealed,
): SealedFile {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const sealed = encryptPayload(header, bytes);
  write(sealedPath, sealed);
  const sealedBytes = sealed.length;
  freeBuffers([bytes.buffer, sealed.buffer]);
  return { role, files, sha256, sealedPath, sealedBytes };
}
