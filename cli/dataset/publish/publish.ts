import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { onlyArgument } from '#cli/arguments.ts';
import { isConfirmed } from '#cli/ask.ts';
import { CommandError, UsageError } from '#cli/command.ts';
import { withSource } from '#cli/dataset/archive/source.ts';
import { checkDataset } from '#cli/dataset/check/check-dataset.ts';
import { errorLines } from '#cli/dataset/check/checked-cases.ts';
import { readDataset } from '#cli/dataset/dataset.ts';
import { DATASET_OPTIONS, readOptions } from '#cli/dataset/dataset-options.ts';
import { statisticsOf } from '#cli/dataset/statistics/statistics.ts';
import { hiddenSubjectCheck } from '#cli/dataset/subjects/compare-subjects.ts';
import { defaultSubjectKeyFile, subjectKey } from '#cli/dataset/subjects/subject-key.ts';
import { formatBytes, type Progress, startProgress, uploadText } from '#cli/progress.ts';
import { readText } from '#cli/read-text.ts';
import { parseSite, parseToken } from '#cli/site/site-options.ts';
import { uploadBody } from '#cli/site/upload.ts';
import { ROUTES, routeAddress } from '#lib/api/routes.ts';
import type { VariantStatistics } from '#lib/domain/datasets/statistics.ts';
import { counted } from '#lib/domain/units.ts';
import { findHeaderTexts, withoutHeaderTexts } from './header-texts.ts';
import { type ReleaseContent, releaseContent } from './release-content.ts';
import {
  describeStored,
  draftStored,
  parseReleasePlace,
  parseVariant,
  publishStored,
  type ReleasePlace,
  readDescription,
  readHiddenSubjects,
  readStoredDataset,
} from './stored-release.ts';
import { type ReleaseSource, variantArchive } from './variant-archive.ts';

export const PUBLISH_HELP = `
publish checks FOLDER as "check" does and sends its files to a site as a variant of a release: a draft, which only
organizers see. With --final the release is published; from then on it stays as it is, for good.
  --as C/NAME@V    the challenge, the dataset and the version, for example atlas/training@1.0.0
  --variant NAME   the form of the data: native, normalized, … A variant of a draft is replaced
  --title TEXT     what the variant is, in words (default: its name)
  --describe FILE  describes the dataset (YAML or JSON: title, summary, license, contact, access, terms, …); needed
                   for its first release
  --changelog FILE what changed since the release before (Markdown)
  --withhold-truth release the inputs without their masks, and without any other image
  --subject-key FILE
                   the key that the challenge's test sets were sealed with; a case whose scan is in one of them, or
                   nearly, stops everything. Default: the file that "testset seal" keeps
  --without-hidden-check
                   don't compare with the hidden test sets
  --header-text remove|keep
                   what to do with text in image headers (descrip, aux_file, extensions …), which can name a person.
                   Needed where there is any; remove writes these images again, with the same voxels
  --final          publish the release after the upload; without FOLDER, publish the draft as it is
  --yes            don't ask before publishing
  --site, --token  the site, and an API token of an organizer (or HELDOUT_SITE, HELDOUT_TOKEN)`.slice(1);

const OPTIONS = {
  ...DATASET_OPTIONS,
  as: { type: 'string' },
  variant: { type: 'string' },
  title: { type: 'string' },
  describe: { type: 'string' },
  changelog: { type: 'string' },
  'withhold-truth': { type: 'boolean', default: false },
  'subject-key': { type: 'string' },
  'without-hidden-check': { type: 'boolean', default: false },
  'header-text': { type: 'string' },
  final: { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  site: { type: 'string' },
  token: { type: 'string' },
} as const;

type Values = ReturnType<typeof parse>['values'];
const parse = (args: string[]) => parseArgs({ args, allowPositionals: true, options: OPTIONS });

export async function publish(args: string[], signal: AbortSignal): Promise<number> {
  const { values, positionals } = parse(args);
  const { final, yes } = values;
  if (final && !yes && !process.stdin.isTTY)
    throw new UsageError('nobody can be asked here: add --yes to publish, or leave out --final.');
  const { 'header-text': headerText } = values;
  if (headerText !== undefined && headerText !== 'remove' && headerText !== 'keep')
    throw new UsageError(`--header-text is remove or keep, not "${headerText}".`);
  const release = parseReleasePlace(values.as);
  const token = parseToken(values.token, 'an organizer’s');
  const place = { ...release, site: parseSite(values.site), token };
  if (positionals.length === 0 && final) {
    await requireDraft(place, null);
    return await publishDraft(place, yes);
  }
  const source = onlyArgument(positionals, 'folder or archive');
  const variant = parseVariant(values.variant);
  const description = values.describe === undefined ? null : await readDescription(values.describe);
  const changelog = values.changelog === undefined ? null : await readText(values.changelog);
  await requireDraft(place, description);
  const progress = startProgress();
  await withSource(source, { keyFile: values['key-file'], progress, signal }, async (root) => {
    const { content, caseCount, statistics } = await readContent(root, place, values, {
      progress,
      signal,
    });
    await withHeaderChoice(content.files, headerText, { progress, signal }, async (files) => {
      if (description) await describeStored(place, description);
      await draftStored(place, changelog === null ? {} : { changelog });
      const { hasTruth } = content;
      const about = { title: values.title ?? variant, caseCount, hasTruth, statistics };
      await send(place, variant, variantArchive(about, files, source), progress);
    });
  });
  return final ? await publishDraft(place, yes) : 0;
}

interface Work {
  progress: Progress;
  signal: AbortSignal;
}

/** Checks the cases. Throws CommandError that names each case with an error, or that is in a hidden test set. */
async function readContent(
  root: string,
  place: ReleasePlace,
  values: Values,
  { progress, signal }: Work,
): Promise<{ content: ReleaseContent; caseCount: number; statistics: VariantStatistics }> {
  const requireNoHiddenSubject = await subjectCheck(place, values);
  const dataset = await readDataset(root, readOptions(values));
  const content = await releaseContent(dataset, { withholdsTruth: values['withhold-truth'] });
  const { cases } = await checkDataset(dataset, {
    allowsShear: values['allow-shear'],
    requiresTruth: content.hasTruth,
    plan: null,
    sealing: null,
    signal,
    onProgress: (done, total) => progress.update(`${done} of ${total} cases checked`),
  });
  const errors = errorLines(cases);
  if (errors.length > 0)
    throw new CommandError(
      `${counted(errors.length, 'error')} in ${counted(cases.length, 'case')}; nothing was sent. Mend the files, or take these cases out of the folder.\n  ${errors.join('\n  ')}`,
    );
  requireNoHiddenSubject(cases);
  const statistics = await statisticsOf(dataset, {
    hasTruth: content.hasTruth,
    signal,
    onProgress: (done, total) => progress.update(`statistics of ${done} of ${total} cases`),
  });
  const bytes = content.files.reduce((sum, file) => sum + file.bytes, 0);
  progress.done(
    `${counted(cases.length, 'case')}, ${counted(content.files.length, 'file')}, ${formatBytes(bytes)}`,
  );
  if (content.withheld.length > 0)
    process.stdout.write(
      `Withheld: ${counted(content.withheld.length, 'image')}, such as ${content.withheld[0]}\n`,
    );
  return { content, caseCount: cases.length, statistics };
}

/** Throws CommandError before the cases are read if they can't be compared with the hidden test sets. */
async function subjectCheck(
  place: ReleasePlace,
  values: Values,
): Promise<ReturnType<typeof hiddenSubjectCheck>> {
  if (values['without-hidden-check']) return () => undefined;
  const keyFile = values['subject-key'] ?? defaultSubjectKeyFile();
  const key = await subjectKey(keyFile, { creates: false });
  return hiddenSubjectCheck(await readHiddenSubjects(place), { key, keyFile });
}

/** Calls `use` with the files to send. Images that were written again are removed when it ends, however it ends. */
async function withHeaderChoice(
  files: readonly ReleaseSource[],
  choice: string | undefined,
  { progress, signal }: Work,
  use: (files: readonly ReleaseSource[]) => Promise<void>,
): Promise<void> {
  const texts = await findHeaderTexts(files);
  const count = texts.files.size;
  if (count > 0 && choice === undefined)
    throw new CommandError(
      `The headers of ${counted(count, 'image')} have text, which can name a person or a place: ${texts.fields.join(', ')}. Nothing was sent. Look at it, then choose: --header-text remove, or --header-text keep.`,
    );
  if (count === 0 || choice === 'keep') return await use(files);
  const folder = await mkdtemp(path.join(tmpdir(), 'heldout-release-'));
  try {
    const onProgress = (done: number) => progress.update(`${done} of ${count} headers cleaned`);
    await use(await withoutHeaderTexts(files, texts, { folder, signal, onProgress }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Throws CommandError before hours of work if the release is published, or its dataset isn't described. */
async function requireDraft(place: ReleasePlace, description: object | null): Promise<void> {
  const dataset = await readStoredDataset(place);
  if (!dataset && description === null)
    throw new CommandError(
      `${place.slug} has no dataset ${place.dataset} yet. Describe it with --describe FILE; docs/organizers/release-training-data.md has an example.`,
    );
  const stored = dataset?.releases.find(({ version }) => version === place.version);
  if (stored?.publishedAt)
    throw new CommandError(
      `${place.dataset}@${place.version} is published and stays as it is. Publish a new version.`,
    );
}

async function send(
  place: ReleasePlace,
  variant: string,
  body: ReturnType<typeof variantArchive>,
  progress: Progress,
): Promise<void> {
  const route = ROUTES.uploadVariant;
  const url = new URL(routeAddress(route, { ...place, variant }), place.site);
  const onProgress = (sent: number, total: number) => progress.update(uploadText(sent, total));
  const { variant: stored } = await uploadBody({ route, url, token: place.token, body, onProgress });
  progress.done(
    `${counted(stored.fileCount, 'file')}, ${formatBytes(stored.bytes)}, in the draft ${place.dataset}@${place.version}, variant ${variant}`,
  );
}

async function publishDraft(place: ReleasePlace, yes: boolean): Promise<number> {
  const name = `${place.slug}/${place.dataset}@${place.version}`;
  if (!yes && !(await isConfirmed(`Publish ${name}? It can't be changed or taken back then.`))) {
    process.stdout.write('It stays a draft.\n');
    return 0;
  }
  const { variants, termsSha256 } = await publishStored(place);
  process.stdout.write(
    `${name} is published: ${variants.map((one) => one.name).join(', ')}.\n  Terms: SHA-256 ${termsSha256}\n`,
  );
  return 0;
}
