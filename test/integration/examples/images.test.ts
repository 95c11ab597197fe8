import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Contract } from '#examples/algorithms/contracts/contract.ts';
import { buildExampleImages, EXAMPLE_ALGORITHMS, type ExampleAlgorithm } from '#examples/build.ts';
import type { ImageArchive } from '#examples/images/image-archive.ts';
import { DEFAULT_LIMITS, type Limits } from '#lib/domain/phases/limits.ts';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { readVolume } from '#runner/imaging/read.ts';
import { openSandbox, type Sandbox } from '#runner/sandbox/sandbox.ts';
import type { CaseRun, LoadedImage } from '#runner/types.ts';
import { dice, phantom } from '#test/support/imaging/phantom.ts';
import { runOne } from '#test/support/sandbox/run-one.ts';
import { maskOf, strokeInput } from '#test/support/stroke-case.ts';

/** The settings of the example phase, with half of its memory. */
const LIMITS: Limits = { ...DEFAULT_LIMITS, cpus: 1, memoryMib: 1024, pids: 128, timeLimitSeconds: 120 };
const RUNNER = `examples-test-${process.pid}`;
const LARGE = { center: [30, 0, 22] as const, radiusMm: 24 };

let folder: string;
let sandbox: Sandbox;
let archives: Record<ExampleAlgorithm, ImageArchive>;
const loaded = new Map<ExampleAlgorithm, LoadedImage>();

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-example-images-'));
  sandbox = await openSandbox({ runner: RUNNER, scratch: path.join(folder, 'scratch') });
  // The images are specific to this test: a demo on the same engine may be using the regular ones.
  archives = await buildExampleImages(path.join(folder, 'images'), {
    algorithms: EXAMPLE_ALGORITHMS,
    contract: 'exec',
    env: [`EXAMPLES_TEST=${RUNNER}`],
  });
});
afterAll(async () => {
  await sandbox.sweep();
  for (const { id } of loaded.values()) await sandbox.removeImage(id);
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

async function load(algorithm: ExampleAlgorithm): Promise<LoadedImage> {
  const image =
    loaded.get(algorithm) ?? (await sandbox.prepareImage(createReadStream(archives[algorithm].file), LIMITS));
  loaded.set(algorithm, image);
  return image;
}

/** The archive is built for `exec`; the other contracts only differ by the command. */
async function runIn(
  algorithm: ExampleAlgorithm,
  scan: Uint8Array,
  contract: Contract = 'exec',
): Promise<CaseRun> {
  const image = await load(algorithm);
  expect(image.cmd).toEqual(['exec']);
  return runOne(sandbox, {
    image: { ...image, cmd: [contract] },
    rules: { contract: contract.toUpperCase() as Uppercase<Contract>, limits: LIMITS },
    input: strokeInput({ id: 'k3x9', scan }),
    name: `${RUNNER}-${algorithm}`,
    signal: new AbortController().signal,
  });
}

function volumeOf(run: CaseRun) {
  return readVolume(maskOf(run));
}

describe('the images of the example algorithms, in the sandbox', () => {
  const { scan, truth } = phantom({ lesions: [LARGE] });
  const file = encodeNifti({ ...scan, data: scan.values });

  it('have different IDs', () => {
    expect(new Set(EXAMPLE_ALGORITHMS.map((algorithm) => archives[algorithm].imageId)).size).toBe(4);
  });

  it.each(['asymmetry', 'threshold'] as const)('%s segments a scan within the limits', async (algorithm) => {
    const run = await runIn(algorithm, file);
    const mask = volumeOf(run);
    expect(dice(Uint8Array.from(mask.data, Number), truth)).toBeGreaterThan(0.75);
    expect(run.log).toContain(`${algorithm}: 1 CPUs, 1024 MiB`);
  });

  it.each(['invoke', 'batch'] as const)(
    'asymmetry gives the same mask under %s as under exec',
    async (contract) => {
      const [one, other] = [await runIn('asymmetry', file), await runIn('asymmetry', file, contract)];
      expect(volumeOf(other).data).toEqual(volumeOf(one).data);
    },
  );

  it('crash fails one case of a server or a batch, with the code of the contract', async () => {
    expect(await runIn('crash', file, 'invoke')).toMatchObject({
      kind: 'submissionError',
      code: 'EXIT_NONZERO',
    });
    expect(await runIn('crash', file, 'batch')).toMatchObject({ kind: 'submissionError', code: 'NO_OUTPUT' });
  });

  it('empty writes a mask without lesions', async () => {
    expect(volumeOf(await runIn('empty', file)).data).not.toContain(1);
  });

  it('crash fails on a large lesion with EXIT_NONZERO and the reason in its log', async () => {
    const run = await runIn('crash', file);
    expect(run).toMatchObject({ kind: 'submissionError', code: 'EXIT_NONZERO', exitCode: 1 });
    expect(run.log).toContain('do not fit into a list');
  });
});
