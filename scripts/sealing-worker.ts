// Bundles the workers that seal test sets and decrypt downloads in the browser: the command's own modules, with
// replacements for the few modules of Node that they use.

import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '#scripts/root.ts';

const NODE = join(ROOT, 'browser', 'node');
const ENTRY = join(ROOT, 'browser', 'seal', 'worker.ts');
const WORKER = join(ROOT, 'public', 'sealing', 'worker.js');

/** Writes the worker to the static files. Returns its SHA-256, the same wherever it is built from these sources. */
export async function buildSealingWorker({
  outfile = WORKER,
  entryPoint = ENTRY,
}: {
  outfile?: string;
  entryPoint?: string;
} = {}): Promise<{
  sha256: string;
  /** Sources, relative to the repository. */
  inputs: string[];
}> {
  const { metafile, outputFiles } = await build({
    entryPoints: [entryPoint],
    outfile,
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2023',
    charset: 'utf8',
    legalComments: 'inline',
    minifySyntax: true,
    metafile: true,
    write: false,
    absWorkingDir: ROOT,
    inject: [join(NODE, 'globals.ts')],
    alias: {
      'node:crypto': join(NODE, 'crypto.ts'),
      'node:fs': join(NODE, 'fs.ts'),
      'node:fs/promises': join(NODE, 'fs-promises.ts'),
      'node:path': 'path-browserify',
      'node:timers/promises': join(NODE, 'timers-promises.ts'),
      'node:zlib': join(NODE, 'zlib.ts'),
      events: 'events/events.js',
      'csv-parse/sync': 'csv-parse/browser/esm/sync',
    },
    logLevel: 'silent',
  });
  const [file] = outputFiles;
  await writeIfChanged(file!.path, file!.contents);
  return {
    sha256: createHash('sha256').update(file!.contents).digest('hex'),
    inputs: Object.keys(metafile.inputs),
  };
}

/** Both workers, for the site. */
export async function buildBrowserWorkers(): Promise<void> {
  await buildSealingWorker();
  await buildSealingWorker({
    entryPoint: join(ROOT, 'browser', 'decrypt', 'worker.ts'),
    outfile: join(ROOT, 'public', 'sealing', 'decrypt-worker.js'),
  });
}

/** Leaves an unchanged file alone, so that servers and caches do too. */
async function writeIfChanged(path: string, contents: Uint8Array): Promise<void> {
  const before = await readFile(path).catch(() => null);
  if (before !== null && Buffer.compare(before, contents) === 0) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, contents);
}

if (import.meta.main) {
  const { sha256 } = await buildSealingWorker();
  console.log(`${sha256}  public/sealing/worker.js`);
}
