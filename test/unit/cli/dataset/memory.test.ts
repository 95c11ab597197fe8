import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadOrCreateKey } from '#runner/secrets/key.ts';
import { AFFINE, bidsCase, writeFiles } from '#test/support/datasets/write-dataset.ts';

const SHAPE = [128, 128, 100] as const;
const VOXELS = 128 * 128 * 100;
/** Of the voxels of a case: 2 bytes in the scan, 1 in the mask. */
const CASE_MIB = (3 * VOXELS) / 1024 ** 2;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-memory-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Seals `count` cases with the command, and returns the most memory that its process had, in MiB. */
async function peakMib(count: number): Promise<number> {
  const set = path.join(folder, String(count));
  const grid = { shape: SHAPE, affine: AFFINE };
  const mask = { voxels: new Uint8Array(VOXELS).fill(1, 500_000, 500_100), ...grid };
  for (let i = 0; i < count; i++) {
    const voxels = new Int16Array(VOXELS).map((_, at) => (at >> 5) + i);
    await writeFiles(set, bidsCase('bids', `m${i}`, { scan: { voxels, ...grid }, mask }));
  }
  const { recipient } = await loadOrCreateKey(path.join(folder, 'key'));
  const report = 'process.on("exit", () => console.error("peak", process.resourceUsage().maxRSS))';
  const args = [
    'testset',
    'seal',
    set,
    '--recipient',
    recipient,
    '-o',
    path.join(folder, `${count}.heldout`),
  ];
  const run = spawn(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(report)}`, 'cli/main.ts', ...args],
    { cwd: path.resolve(import.meta.dirname, '../../../..'), stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let printed = '';
  run.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const [code] = await once(run, 'close');
  expect([code, printed]).toEqual([0, expect.stringMatching(/peak \d+/)]);
  return Number(/peak (\d+)/.exec(printed)![1]) / 1024;
}

it('sealing 40 cases takes hardly more memory than sealing 10', async () => {
  const [few, many] = [await peakMib(10), await peakMib(40)];
  // If the 30 others stayed in memory: 30 × 4.7 MiB = 141 MiB.
  expect(30 * CASE_MIB).toBeGreaterThan(140);
  expect(many - few, `${few.toFixed(0)} and ${many.toFixed(0)} MiB`).toBeLessThan(70);
});
