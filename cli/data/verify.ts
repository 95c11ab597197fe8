import { parseArgs } from 'node:util';
import { UsageError } from '#cli/command.ts';
import { interruptible } from '#cli/interrupt.ts';
import { startProgress } from '#cli/progress.ts';
import { writeJson } from '#cli/write-json.ts';
import { checkFiles, type Differences, isWhole } from './check-files.ts';
import { listFiles } from './release-files.ts';
import { folderOf, parseRelease, RELEASE_OPTIONS } from './release-options.ts';

const SHOWN = 20;

/** `heldout data verify PATH CHALLENGE/DATASET@VERSION` */
export function verify(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: RELEASE_OPTIONS });
  const [target, name, ...more] = positionals;
  if (target === undefined || name === undefined || more.length > 0)
    throw new UsageError('pass a folder or archive, and a release.');
  const release = parseRelease(name, values);
  return interruptible(async (signal) => {
    const progress = startProgress();
    const files = await listFiles(release);
    const options = { files, folder: folderOf(release), signal, onProgress: progress.update };
    const differences = await checkFiles(target, options);
    progress.done(`${differences.verified} of ${files.length} files verified`);
    if (values.json) await writeJson('-', differences);
    else process.stdout.write(differencesText(differences));
    return isWhole(differences) ? 0 : 1;
  });
}

function differencesText(differences: Differences): string {
  const { missing, changed, extra } = differences;
  return [
    isWhole(differences) ? 'All files are those of the release.\n' : '',
    section('Changed (another size or SHA-256)', changed),
    section('Missing', missing),
    section('Not in the release', extra),
  ].join('');
}

function section(title: string, paths: readonly string[]): string {
  if (paths.length === 0) return '';
  const more = paths.length > SHOWN ? `  and ${paths.length - SHOWN} more\n` : '';
  return `${title}: ${paths.length}\n${paths
    .slice(0, SHOWN)
    .map((one) => `  ${one}\n`)
    .join('')}${more}`;
}
