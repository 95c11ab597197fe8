import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '#scripts/root.ts';
import { sourcesHash } from '#scripts/sources-hash.ts';
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

/** The algorithms of examples/ and the teams that submit them. */
export const ENTRIES = [
  { algorithm: 'asymmetry', label: 'asymmetry 1.0', person: 'Ada Moreau', team: 'Midline Lab' },
  { algorithm: 'threshold', label: 'threshold 1.0', person: 'Ben Okafor', team: 'Gray Level Group' },
  { algorithm: 'empty', label: 'empty mask', person: 'Chiara Voss', team: 'Null Hypothesis' },
  { algorithm: 'crash', label: 'crash 0.1', person: 'Dai Tanaka', team: 'Optimists' },
] as const;

export const DATA_SETS = [
  { name: 'training', cases: 6, seed: () => 'training' },
  { name: 'rehearsal', cases: 2, seed: () => 'rehearsal' },
  { name: 'test', cases: 12, seed: (folder: DemoFolder) => folder.state.hiddenSeed },
] as const;

/** Generates the three synthetic datasets (BIDS) if they are missing or the generator has changed. */
export async function synthesizeScans(folder: DemoFolder, update: (text: string) => void): Promise<string> {
  const madeFrom = sourcesHash(ROOT, GENERATOR);
  let made = 0;
  for (const { name, cases, seed } of DATA_SETS) {
    const out = join(folder.path, 'data', name);
    if (folder.state.madeFrom[name] === madeFrom && existsSync(out)) continue;
    rmSync(out, { recursive: true, force: true });
    const onLine = (line: string) => update(`${name}: ${line}`);
    const seedFile = join(folder.path, `${name}.seed`);
    writeFileSync(seedFile, seed(folder), { mode: 0o600 });
    await runHeldout(['synthesize', out, '--cases', String(cases), '--seed-file', seedFile], { onLine });
    folder.state.madeFrom[name] = madeFrom;
    folder.save();
    made += cases;
  }
  return made === 0 ? '20 scans reused' : `${made} scans generated: 6 for training, 2 open, 12 hidden`;
}

/** Builds the images of the example algorithms if they are missing or their sources have changed. */
export async function buildImages(folder: DemoFolder, update: (text: string) => void): Promise<string> {
  const out = join(folder.path, 'images');
  const madeFrom = `${sourcesHash(ROOT, IMAGE_SOURCES)} node ${process.version}`;
  const there = ENTRIES.every(({ algorithm }) => existsSync(imageFile(folder, algorithm)));
  if (there && folder.state.madeFrom['images'] === madeFrom) return `${ENTRIES.length} images reused`;
  rmSync(out, { recursive: true, force: true });
  await runScript(['examples/build.ts', out], { onLine: update });
  folder.state.madeFrom['images'] = madeFrom;
  folder.save();
  return `${ENTRIES.length} images built: ${ENTRIES.map(({ algorithm }) => algorithm).join(', ')}`;
}

export function imageFile(folder: DemoFolder, algorithm: string): string {
  return join(folder.path, 'images', `${algorithm}.tar`);
}
