import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildExampleScorer } from '#examples/scorers/build.ts';
import { DEFAULT_LIMITS } from '#lib/domain/phases/limits.ts';
import { taskSchema } from '#lib/domain/tasks/task.ts';
import type { ScorerCase } from '#runner/sandbox/contracts/scorer-input.ts';
import { openSandbox, type Sandbox } from '#runner/sandbox/sandbox.ts';
import type { LoadedImage } from '#runner/types.ts';
import { pngFile } from '#test/support/imaging/picture-files.ts';

const RUNNER = `own-scorer-test-${process.pid}`;
const PICTURE = {
  slug: 'photo',
  title: 'Photo',
  kind: 'Image',
  relative_path: 'images/photo',
  format: 'png',
};
const LABELS = {
  slug: 'labels',
  title: 'Labels',
  kind: 'Segmentation',
  relative_path: 'images/labels',
  format: 'png',
};
const task = taskSchema.parse({
  inputs: [PICTURE],
  outputs: [LABELS],
  scoring: {
    kind: 'container',
    metrics: [
      { name: 'dice', title: 'Dice', better: 'higher', worst: 0, range: [0, 1], case: 'dice' },
      { name: 'mean_dice', title: 'Mean Dice', better: 'higher', worst: 0, aggregate: 'dice.mean' },
    ],
    limits: { memoryMib: 1024, timeLimitSeconds: 60 },
  },
});

let folder: string;
let sandbox: Sandbox;
const loaded: LoadedImage[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-own-scorer-'));
  sandbox = await openSandbox({ runner: RUNNER, scratch: path.join(folder, 'scratch') });
});
afterAll(async () => {
  await sandbox.sweep();
  for (const { id } of loaded) await sandbox.removeImage(id);
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

const labels = (...pixels: number[]) => pngFile({ width: 4, height: 3, pixels });
const TRUTH = labels(0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 2);

function scoredCase(name: string, prediction: Uint8Array): ScorerCase {
  const photo = `IMG ${name}.png`;
  return {
    name,
    open: async () => ({
      inputs: [{ socket: task.inputs[0]!, content: { image: { name: photo } } }],
      outputs: [{ socket: task.outputs[0]!, fileName: 'labels.png', bytes: prediction }],
      truth: [{ path: photo, bytes: TRUTH }],
    }),
  };
}

async function score(method: 'exec' | 'invoke', cases: readonly ScorerCase[]) {
  const { scoring } = task;
  if (scoring.kind !== 'container') throw new Error('The task has no scorer.');
  const { file } = await buildExampleScorer(path.join(folder, `${method}.tar`), {
    method,
    env: [`EXAMPLES_TEST=${RUNNER}`],
  });
  const image = await sandbox.prepareImage(createReadStream(file), DEFAULT_LIMITS);
  loaded.push(image);
  expect(image.apiMethod).toBe(method);
  const signal = new AbortController().signal;
  const common = { requiresGvisor: false, name: `${RUNNER}-${method}`, labels: {}, signal };
  return sandbox.runScorer({ ...common, image, scoring, cases });
}

describe('examples/scorers/own-scorer, in the sandbox', () => {
  it.each(['exec', 'invoke'] as const)('scores label pictures as %s', async (method) => {
    const run = await score(method, [
      scoredCase('same', TRUTH),
      // Label 1: 2·2 / (4 + 2). Label 2 is missed.
      scoredCase('half', labels(0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
      scoredCase('broken', Buffer.from('no picture')),
    ]);
    if (!run.ok) throw new Error(`${run.problem}\n${run.log}`);
    const dice = Object.fromEntries([...run.results.cases].map(([name, values]) => [name, values['dice']]));
    expect(dice).toEqual({ same: 1, half: expect.closeTo(1 / 3, 12), broken: 0 });
    expect(run.results.aggregates['mean_dice']).toBeCloseTo(4 / 9, 12);
    expect(run.log).toContain('can’t be read');
  });

  it('fails with a sentence if a truth is missing', async () => {
    const one = scoredCase('a', TRUTH);
    const open: ScorerCase['open'] = async (signal) => ({ ...(await one.open(signal)), truth: [] });
    const run = await score('exec', [{ ...one, open }]);
    expect(run).toMatchObject({ ok: false, problem: expect.stringContaining('exited with code 1') });
    expect(run.log).toContain('ENOENT');
  });
});
