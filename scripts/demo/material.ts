import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AlgorithmName, archiveName } from '#examples/build.ts';
import { ROOT } from '#scripts/root.ts';
import { sourcesHash } from '#scripts/sources-hash.ts';
import { DEMO_CHALLENGES } from './challenges.ts';
import { runHeldout, runScript } from './command.ts';
import type { DemoFolder } from './state.ts';

const GENERATOR = ['examples/synthetic', 'cli/synthesize/synthesize.ts', 'runner/imaging'];
const IMAGE_SOURCES = [
  'examples/algorithms',
  'examples/build.ts',
  'examples/images/bundle-script.ts',
  'examples/images/image-archive.ts',
  'examples/images/node-rootfs.ts',
];

/** Generates the synthetic data sets (BIDS) that are missing, or all if the generator has changed. */
export async function synthesizeScans(folder: DemoFolder, update: (text: string) => void): Promise<string> {
  const madeFrom = sourcesHash(ROOT, GENERATOR);
  const dataSets = DEMO_CHALLENGES.flatMap((challenge) => challenge.dataSets);
  let made = 0;
  for (const { name, cases, native, seed } of dataSets) {
    const out = join(folder.path, 'data', name);
    if (folder.state.madeFrom[name] === madeFrom && existsSync(out)) continue;
    rmSync(out, { recursive: true, force: true });
    const onLine = (line: string) => update(`${name}: ${line}`);
    const seedFile = join(folder.path, `${name}.seed`);
    writeFileSync(seedFile, seed(folder), { mode: 0o600 });
    const args = ['synthesize', out, '--cases', String(cases), '--seed-file', seedFile];
    await runHeldout(native ? [...args, '--native'] : args, { onLine });
    folder.state.madeFrom[name] = madeFrom;
    folder.save();
    made += cases;
  }
  const total = dataSets.reduce((sum, { cases }) => sum + cases, 0);
  return made === 0 ? `${total} scans reused` : `${made} of ${total} scans generated`;
}

/** Builds the images of the example algorithms if they are missing or their sources have changed. */
export async function buildImages(folder: DemoFolder, update: (text: string) => void): Promise<string> {
  const out = join(folder.path, 'images');
  const madeFrom = `${sourcesHash(ROOT, IMAGE_SOURCES)} node ${process.version}`;
  const algorithms = DEMO_CHALLENGES.flatMap(({ entries }) => entries.map(({ algorithm }) => algorithm));
  const there = algorithms.every((algorithm) => existsSync(imageFile(folder, algorithm)));
  if (there && folder.state.madeFrom['images'] === madeFrom) return `${algorithms.length} images reused`;
  rmSync(out, { recursive: true, force: true });
  for (const { template } of DEMO_CHALLENGES) {
    await runScript(['examples/build.ts', out, '--template', template], { onLine: update });
  }
  folder.state.madeFrom['images'] = madeFrom;
  folder.save();
  return `${algorithms.length} images built: ${algorithms.join(', ')}`;
}

export function imageFile(folder: DemoFolder, algorithm: AlgorithmName): string {
  return join(folder.path, 'images', archiveName(algorithm));
}
