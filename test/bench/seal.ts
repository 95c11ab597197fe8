import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { Encrypter } from 'age-encryption';
import type { DatasetCase } from '#cli/dataset/case.ts';
import { truthPaths } from '#cli/dataset/case.ts';
import { readDataset } from '#cli/dataset/dataset.ts';
import { sealTestSet } from '#cli/testset/seal-test-set.ts';
import { defaultTemplatePath, loadTemplate } from '#examples/synthetic/anatomy/template-file.ts';
import { synthesizeDataset } from '#examples/synthetic/synthesize.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { readImage } from '#runner/imaging/read.ts';
import { loadOrCreateKey } from '#runner/secrets/key.ts';
import { seal } from '#runner/secrets/seal.ts';
import { median } from './median.ts';

/**
 * Compares sealing a test set with reading, hashing and encrypting its files.
 *
 *   npm run bench:seal [-- CASES ROUNDS]
 *
 * All take the same synthetic cases of ATLAS size and alternate, so that other load on the machine affects all. The
 * floors work on one file after another, without writing anything; sealing also unpacks and checks every voxel, uses all
 * cores and writes the set. Times are wall times. CPU time is printed too: it shows what sealing costs where there is
 * only one core.
 *
 * - The floor of the limit encrypts with the age library, which the limit was set with. It doesn't move when our own
 *   encryption gets faster.
 * - "own encryption" reads, hashes and encrypts as sealing does; "and unpacking" also unpacks the files, without which no
 *   voxel can be checked. Neither has a limit (decision 0122).
 */

const LIMIT = 1.5;
const [caseCount = 24, rounds = 5] = process.argv.slice(2).map(Number);

interface Cost {
  wallMs: number;
  cpuMs: number;
}

async function measure(work: () => Promise<unknown>): Promise<Cost> {
  const [cpu, start] = [process.cpuUsage(), performance.now()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs: performance.now() - start, cpuMs: (user + system) / 1000 };
}

type PerFile = (bytes: Uint8Array) => unknown;

async function floor(cases: readonly DatasetCase[], work: PerFile): Promise<void> {
  for (const { inputs, truths } of cases) {
    const scans = Object.values(inputs).map((input) => input.path);
    for (const file of [...scans, ...Object.values(truths).flatMap(truthPaths)]) {
      const bytes = await readFile(file);
      createHash('sha256').update(bytes).digest('hex');
      await work(bytes);
    }
  }
}

async function encryptWithLibrary(recipient: string, bytes: Uint8Array): Promise<void> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  await encrypter.encrypt(bytes);
}

const folder = await mkdtemp(path.join(tmpdir(), 'heldout-bench-seal-'));
try {
  const set = path.join(folder, 'set');
  console.log(`Generating ${caseCount} cases of ATLAS size.`);
  await synthesizeDataset({
    out: set,
    seed: 'bench',
    prefix: '',
    preview: false,
    variant: 'lesions',
    caseCount,
    threads: availableParallelism(),
    resume: false,
    template: await loadTemplate(defaultTemplatePath()!),
  });
  const { recipient } = await loadOrCreateKey(path.join(folder, 'key'));
  const dataset = await readDataset(set);
  const out = path.join(folder, 'sealed');
  const options = { task: STROKE_T1, dataset, recipient, out, now: new Date(), onProgress: () => undefined };
  const ways: Record<string, () => Promise<unknown>> = {
    floor: () => floor(dataset.cases, (bytes) => encryptWithLibrary(recipient, bytes)),
    'own encryption': () => floor(dataset.cases, (bytes) => seal(recipient, bytes)),
    'and unpacking': () =>
      floor(dataset.cases, (bytes) => {
        readImage(bytes);
        return seal(recipient, bytes);
      }),
    sealing: () => sealTestSet(options),
  };
  const costs = new Map(Object.keys(ways).map((name): [string, Cost[]] => [name, []]));
  // The first round compiles and fills the page cache.
  for (let round = 0; round <= rounds; round++) {
    for (const [name, work] of Object.entries(ways)) {
      const cost = await measure(work);
      if (round > 0) costs.get(name)!.push(cost);
    }
  }
  const sealing = costs.get('sealing')!;
  const ratioTo = (others: readonly Cost[]) =>
    median(sealing.map(({ wallMs }, round) => wallMs / others[round]!.wallMs));
  for (const [name, all] of costs) {
    const [wall, cpu] = (['wallMs', 'cpuMs'] as const).map(
      (kind) => median(all.map((cost) => cost[kind])) / caseCount,
    );
    const ratio = name === 'sealing' ? '' : `; sealing takes ${ratioTo(all).toFixed(2)} ×`;
    console.log(`${name.padEnd(14)} ${wall!.toFixed(1)} ms per case, ${cpu!.toFixed(1)} ms of CPU${ratio}`);
  }
  const ratio = ratioTo(costs.get('floor')!);
  const cores = availableParallelism();
  console.log(`sealing takes ${ratio.toFixed(2)} × the floor on ${cores} cores; the limit is ${LIMIT}`);
  if (ratio > LIMIT) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
