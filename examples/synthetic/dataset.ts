import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { volumeOn } from '#runner/imaging/readings.ts';
import { maskOf } from '#runner/scoring/case-mask.ts';
import { maskFacts } from '#runner/scoring/truth-facts.ts';
import { AFFINE, SHAPE } from './anatomy/grid.ts';
import type { PaintedCase } from './case.ts';
import { type NativeCase, toNative } from './native/resample.ts';
import { type CasePlan, planCase } from './plan.ts';
import { renderPreview } from './preview.ts';
import { planRecovery } from './recovery/recovery.ts';

/** Increased whenever the same seed would give different voxels. */
const GENERATOR = 'heldout-synthetic/1';
export const MAX_CASES = 10_000;
/** Names of the scan and of the mask: as ATLAS 2.0 on the template's grid, as ATLAS 3.0 raw in native space. */
const NAMES = {
  template: { scan: 'space-MNI152NLin2009aSym_T1w', truth: 'space-MNI152NLin2009aSym_label-L_desc-T1lesion' },
  native: { scan: 'space-orig_desc-brain_T1w', truth: 'space-orig_label-lesion_desc-T1lesion' },
} as const;
const PARTIAL = '.partial-';
/** Fast, and only 3% larger than level 6, because noise does not compress. */
const GZIP_LEVEL = 4;

export interface DatasetOptions {
  out: string;
  seed: string;
  /** Prefix of the subjects' names: `train` gives sub-train0001. Reveals nothing about the seed. */
  prefix: string;
  preview: boolean;
  /** Writes scans as each site's scanner stores them, instead of on the ATLAS grid. */
  native: boolean;
  /** Writes cases.csv too, with what is known of each patient and how they recover. */
  outcomes: boolean;
  templateSha256: string;
}

/** The folder can't be written or contains another dataset; the message says what to do. */
export class DatasetError extends Error {}

function subjectName(index: number, prefix: string): string {
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
  const file = path.join(anatFolder(options.out, subject), truthName(subject, options));
  const facts = await readFile(file, 'utf8').catch(() => '');
  // The facts end with the plan (describeTruth), which is compared as text.
  const expected = json({ plan: describePlan(planCase(options.seed, index), options) });
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
  const subject = subjectName(painted.plan.index, options.prefix);
  const partial = path.join(options.out, `${PARTIAL}${subject}`);
  const folder = anatFolder(options.out, subject).replace(path.join(options.out, subject), partial);
  await rm(partial, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const native = options.native ? toNative(options.seed, painted) : null;
  const { raw, mask } = native ?? painted;
  const { shape, affine } = native ?? { shape: SHAPE, affine: AFFINE.flat() };
  const grid = { shape, affine, gzipLevel: GZIP_LEVEL };
  const names = namesOf(options);
  const files: [string, Uint8Array | string][] = [
    [`${subject}_ses-1_${names.scan}.nii.gz`, encodeNifti({ ...grid, data: raw, slope: painted.slope })],
    [`${subject}_ses-1_${names.truth}_mask.nii.gz`, encodeNifti({ ...grid, data: mask })],
    [truthName(subject, options), json(describeTruth(painted, native, options))],
  ];
  // Files get their final names only when they are complete, so that a listing never shows a partial scan.
  for (const [name, content] of files) await writeFile(path.join(folder, `${name}.partial`), content);
  for (const [name] of files) await rename(path.join(folder, `${name}.partial`), path.join(folder, name));
  if (options.preview) {
    await mkdir(path.join(options.out, 'preview'), { recursive: true });
    await writeWhole(
      path.join(options.out, 'preview', `${subject}.png`),
      renderPreview(painted.raw, painted.mask),
    );
  }
  await rename(partial, path.join(options.out, subject));
}

/** Writes the dataset description and the participants table, once all cases exist. */
export async function writeTables(
  options: DatasetOptions,
  caseCount: number,
  templateName: string,
): Promise<void> {
  const rows = Array.from({ length: caseCount }, (_, index) => {
    const { site, chronicity, daysPostStroke } = planCase(options.seed, index);
    return [subjectName(index, options.prefix), site.name, chronicity, daysPostStroke ?? 'n/a'].join('\t');
  });
  const table = ['participant_id\tsite\tchronicity\tdays_post_stroke', ...rows, ''].join('\n');
  const file = (name: string) => path.join(options.out, name);
  await writeWhole(file('.bidsignore'), 'preview/\n*_truth.json\ncases.csv\n');
  await writeWhole(file('participants.tsv'), table);
  if (options.outcomes) await writeWhole(file('cases.csv'), outcomeTable(options, caseCount));
  await writeWhole(file('participants.json'), json(PARTICIPANT_COLUMNS));
  await writeWhole(
    file('dataset_description.json'),
    json({
      Name: 'Synthetic stroke lesions on T1-weighted MRI',
      BIDSVersion: '1.9.0',
      DatasetType: 'derivative',
      GeneratedBy: [
        {
          Name: GENERATOR,
          Description: `Painted on ${templateName} (SHA-256 ${options.templateSha256}). No patient was scanned.`,
        },
      ],
    }),
  );
}

/** The columns of the task outcome, as the layout `table` reads them. Truth: hidden from everyone who is tested. */
function outcomeTable(options: DatasetOptions, caseCount: number): string {
  const rows = Array.from({ length: caseCount }, (_, index) => {
    const plan = planCase(options.seed, index);
    const { age, initialScore, finalScore, walksIndependently } = planRecovery(options.seed, plan);
    const subject = subjectName(index, options.prefix);
    const scan = path.join(anatFolder('.', subject), `${subject}_ses-1_${namesOf(options).scan}.nii.gz`);
    const { site, chronicity, daysPostStroke } = plan;
    const known = [site.name, chronicity, daysPostStroke ?? '', age, initialScore];
    return [subject, scan, ...known, finalScore, walksIndependently].join(',');
  });
  return [OUTCOME_COLUMNS.join(','), ...rows, ''].join('\n');
}

const OUTCOME_COLUMNS = [
  'case',
  'input:t1-brain-mri',
  'CENTER',
  'CHRONICITY',
  'DAYS_POST_STROKE',
  'input:age',
  'input:initial-upper-limb-score',
  'truth:upper-limb-score',
  'truth:walks-independently',
];

const PARTICIPANT_COLUMNS = {
  site: { Description: 'Synthetic scanner site' },
  chronicity: {
    Description: 'Time since the stroke, in classes',
    Levels: { acute: '1 to 7 days', subacute: '8 to 180 days', chronic: 'more than 180 days' },
  },
  days_post_stroke: {
    Description: 'Days between stroke and scan; n/a where the site did not record it',
    Units: 'days',
  },
};

/** The facts of a case that depend only on the seed; compared when a run is resumed. */
function describePlan(plan: CasePlan, { templateSha256, native }: DatasetOptions) {
  return {
    generator: GENERATOR,
    templateSha256,
    ...(native ? { space: 'native' } : {}),
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

function describeTruth(painted: PaintedCase, native: NativeCase | null, options: DatasetOptions) {
  const { plan, lesionVoxels, distractors, signalToNoise } = painted;
  return {
    description:
      'TRUTH about a synthetic case. Keep it with the mask, hidden from everyone who is tested on this case.',
    ...(native
      ? nativeFacts(native)
      : {
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

/** Of the mask as it is written: on a coarse grid small lesions vanish, and near ones grow together. */
function nativeFacts({ shape, affine, mask }: NativeCase) {
  const lesions = maskOf(volumeOn({ shape, affine }, { format: 'NIFTI', dtype: 'uint8', data: mask }));
  const { volumeMl, lesions: counts } = maskFacts(lesions);
  return { volumeMl: Number(volumeMl.toFixed(6)), lesionCount: counts[26] };
}

function namesOf({ native }: DatasetOptions) {
  return native ? NAMES.native : NAMES.template;
}

function anatFolder(out: string, subject: string): string {
  return path.join(out, subject, 'ses-1', 'anat');
}

function truthName(subject: string, options: DatasetOptions): string {
  return `${subject}_ses-1_${namesOf(options).truth}_truth.json`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const partial = path.join(path.dirname(file), `${PARTIAL}${path.basename(file)}`);
  await writeFile(partial, content);
  await rename(partial, file);
}
