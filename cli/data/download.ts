import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { onlyArgument } from '#cli/arguments.ts';
import { CommandError, UsageError } from '#cli/command.ts';
import { interruptible } from '#cli/interrupt.ts';
import { formatBytes, type Progress, startProgress } from '#cli/progress.ts';
import { writeJson } from '#cli/write-json.ts';
import { ROUTES, routeAddress } from '#lib/api/routes.ts';
import { DOWNLOAD_FORMS, type DownloadForm, FORM_SUFFIX } from '#lib/domain/datasets/download-form.ts';
import { checkFiles, hashFile, isWhole } from './check-files.ts';
import { listFiles } from './release-files.ts';
import { folderOf, parseRelease, RELEASE_OPTIONS, type ReleaseOptions } from './release-options.ts';
import { type Downloaded, downloadFile } from './resume.ts';

interface Options {
  release: ReleaseOptions;
  form: Exclude<DownloadForm, 'openssl-hmac'>;
  /** null: the whole as an archive. */
  path: string | null;
  out: string;
}

/** `heldout data download CHALLENGE/DATASET@VERSION` */
export function download(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...RELEASE_OPTIONS,
      as: { type: 'string', default: 'plain' },
      file: { type: 'string' },
      out: { type: 'string', short: 'o' },
      force: { type: 'boolean', default: false },
    },
  });
  const release = parseRelease(onlyArgument(positionals, 'release'), values);
  const form = parseForm(values.as);
  const name = values.file === undefined ? `${folderOf(release)}.tar.gz` : path.posix.basename(values.file);
  const out = path.resolve(values.out ?? `${name}${FORM_SUFFIX[form]}`);
  if (existsSync(out) && !values.force)
    throw new CommandError(`${out} already exists. Use --force to overwrite it.`);
  const options = { release, form, path: values.file ?? null, out };
  return interruptible(async (signal) => {
    const progress = startProgress();
    const done = await fetchTo(options, form, out, { progress, signal });
    if (form === 'openssl') await fetchTo(options, 'openssl-hmac', `${out}.hmac`, { progress, signal });
    progress.done(`${formatBytes(done.bytes)} downloaded`);
    if (form === 'plain') await verify(options, { progress, signal });
    if (values.json) await writeJson('-', { file: out, form, ...done, verified: form === 'plain' });
    else process.stdout.write(`${out}\n${nextStep(options)}`);
    return 0;
  });
}

function parseForm(text: string): Options['form'] {
  const forms = DOWNLOAD_FORMS.filter((form) => form !== 'openssl-hmac');
  const form = forms.find((one) => one === text);
  if (!form) throw new UsageError(`--as must be ${forms.join(', ')}, not "${text}".`);
  return form;
}

interface Running {
  progress: Progress;
  signal: AbortSignal;
}

function fetchTo(
  { release: { site, token, params }, path: file }: Options,
  form: DownloadForm,
  target: string,
  { progress, signal }: Running,
): Promise<Downloaded> {
  const address =
    file === null
      ? routeAddress(ROUTES.downloadRelease, params, { as: form })
      : routeAddress(ROUTES.downloadReleaseFile, params, { as: form, path: file });
  return downloadFile({
    url: new URL(address, site),
    token,
    file: target,
    signal,
    onProgress: (received, total) =>
      progress.update(
        `${formatBytes(received)} of ${formatBytes(total)} downloaded, ${percent(received, total)}%`,
      ),
    onNote: (text) => process.stderr.write(`${text}\n`),
  });
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 100 : Math.floor((100 * part) / whole);
}

/** What has another content than the release is set aside. Throws CommandError. */
async function verify({ release, path: file, out }: Options, { progress, signal }: Running): Promise<void> {
  const files = await listFiles(release);
  const problems =
    file === null
      ? await checkFiles(out, { files, folder: folderOf(release), signal, onProgress: progress.update })
      : await checkOne(files, file, out, signal);
  if (isWhole(problems)) {
    progress.done(`${problems.verified} files verified`);
    return;
  }
  await rename(out, `${out}.damaged`);
  const names = [...problems.changed, ...problems.missing].slice(0, 5).join(', ');
  throw new CommandError(
    `The download isn’t what the release lists: ${names}. It was renamed to ${out}.damaged. Download it again.`,
  );
}

async function checkOne(
  files: readonly { path: string; sha256: string }[],
  name: string,
  out: string,
  signal: AbortSignal,
) {
  const expected = files.find(({ path: one }) => one === name)?.sha256;
  const isRight = expected === (await hashFile(out, signal));
  return { verified: isRight ? 1 : 0, missing: [], changed: isRight ? [] : [name], extra: [] };
}

function nextStep({ form, out }: Options): string {
  const name = path.relative('', out);
  const plain = name.slice(0, name.length - FORM_SUFFIX[form].length);
  if (form === 'plain') return '';
  if (form === 'age') return `Decrypt it with: heldout data decrypt ${name} --identity key.txt\n`;
  if (form === 'age-passphrase') return `Decrypt it with: heldout data decrypt ${name}\n`;
  return [
    'Verify and decrypt it with:',
    `  openssl dgst -sha256 -hmac VERIFICATION_KEY -r ${name} | diff - ${name}.hmac`,
    `  openssl enc -d -aes-256-cbc -pbkdf2 -iter 100000 -in ${name} -out ${plain}`,
    '',
  ].join('\n');
}
