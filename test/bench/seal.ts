import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import type { DatasetCase } from '#cli/dataset/case.ts';
import { truthPaths } from '#cli/dataset/case.ts';
import { readDataset } from '#cli/dataset/dataset.ts';
import { sealTestSet } from '#cli/testset/seal-test-set.ts';
import { defaultTemplatePath, loadTemplate } from '#examples/synthetic/anatomy/template-file.ts';
import { synthesizeDataset } from '#examples/synthetic/synthesize.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { loadOrCreateKey } from '#runner/secrets/key.ts';
import { seal } from '#runner/secrets/seal.ts';
import { median } from './median.ts';

/**
 * Compares sealing a test set with the unavoidable part of it: reading, hashing and encrypting its files.
 *
 *   npm run bench:seal [-- CASES ROUNDS]
 *
 * Both take the same synthetic cases of ATLAS size and alternate, so that other load on the machine affects both.
 * The floor works on one file after another, without writing anything; sealing also unpacks and checks every voxel,
 * uses all cores and writes the set. The limit is that of wall time per case. CPU time is printed too: it shows what
 * sealing costs where there is only one core.
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

async function floor(cases: readonly DatasetCase[], recipient: string): Promise<void> {
  for (const { inputs, truths } of cases) {
    const scans = Object.values(inputs).map((input) => input.path);
    for (const file of [...scans, ...Object.values(truths).flatMap(truthPaths)]) {
      const bytes = await readFile(file);
      createHash('sha256').update(bytes).digest('hex');
      await seal(recipient, bytes);
    }
  }
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
  const [floors, seals]: [Cost[], Cost[]] = [[], []];
  // The first round compiles and fills the page cache.
  for (let round = 0; round <= rounds; round++) {
    const a = await measure(() => floor(dataset.cases, recipient));
    const b = await measure(() =>
      sealTestSet({ task: STROKE_T1, dataset, recipient, out, now: new Date(), onProgress: () => undefined }),
    );
    if (round === 0) continue;
    floors.push(a);
    seals.push(b);
    console.log(`round ${round}: floor ${a.wallMs.toFixed(0)} ms, sealing ${b.wallMs.toFixed(0)} ms`);
  }
  const perCase = (costs: readonly Cost[], kind: keyof Cost) =>
    median(costs.map((cost) => cost[kind])) / caseCount;
  for (const [name, costs] of Object.entries({ floor: floors, sealing: seals })) {
    const [wall, cpu] = [perCase(costs, 'wallMs'), perCase(costs, 'cpuMs')];
    console.log(`${name.padEnd(8)} ${wall.toFixed(1)} ms per case, ${cpu.toFixed(1)} ms of CPU`);
  }
  const ratio = median(seals.map(({ wallMs }, round) => wallMs / floors[round]!.wallMs));
  const cores = availableParallelism();
  console.log(`sealing takes ${ratio.toFixed(2)} × the floor on ${cores} cores; the limit is ${LIMIT}`);
  if (ratio > LIMIT) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
