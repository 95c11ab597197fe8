import { describe, expect, test } from 'vitest';
import type { ContainerRules } from '#lib/domain/phases/settings.ts';
import type { Gpu } from '#lib/domain/runners/capabilities.ts';
import { createContainer, type RunContext } from '#runner/sandbox/engine/container.ts';
import type { ContainerSpec } from '#runner/sandbox/engine/engine.ts';
import { GpuPool } from '#runner/sandbox/engine/gpu-pool.ts';
import type { RunFolders, Scratch } from '#runner/sandbox/files/scratch.ts';
import { fakeEngine } from '#test/support/fake-engine.ts';
import { containerRules } from '#test/support/sandbox/container-rules.ts';

const GPUS: Gpu[] = [
  { uuid: 'GPU-1', model: 'NVIDIA A100-SXM4-40GB' },
  { uuid: 'GPU-2', model: 'Tesla T4' },
  { uuid: 'GPU-3', model: 'NVIDIA A100-SXM4-40GB' },
];

/**
 * There is no GPU in tests: the engine records what it is asked to create, and the folders are only paths.
 */
function contextWith(gpus: readonly Gpu[]) {
  const created: ContainerSpec[] = [];
  const engine = {
    ...fakeEngine(),
    async createContainer(spec: ContainerSpec) {
      if (spec.Image === 'broken') throw new Error('The engine refuses it.');
      created.push(spec);
      return `c${created.length}`;
    },
    removeContainer: async () => undefined,
  };
  const folders = { input: '/input', output: '/output', remove: async () => undefined };
  const scratch = { createRun: async () => folders as unknown as RunFolders } as unknown as Scratch;
  const context: RunContext = {
    engine,
    scratch,
    runner: 'r',
    seccomp: '{}',
    gvisorRuntime: null,
    gpus: new GpuPool(gpus),
    startUpSeconds: 1,
  };
  return { context, created };
}

function containerOf(context: RunContext, gpu: ContainerRules['gpu'], id = 'sha256:1') {
  const image = {
    id,
    entrypoint: [],
    cmd: [],
    workingDir: '/',
    env: [],
    uid: 1,
    gid: 1,
    groups: [],
    volumes: [],
    apiMethod: null,
  };
  const request = { image, rules: containerRules({ gpu }), modelFolder: null, name: 'n', labels: {} };
  return createContainer(context, request, { name: 'n', files: [], outputMib: 1 });
}

const devicesOf = (created: readonly ContainerSpec[]) =>
  created.map(({ HostConfig }) => HostConfig.DeviceRequests?.flatMap(({ DeviceIDs }) => DeviceIDs) ?? []);

/** Waits until everything that can proceed has done so. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('GPU assignment', () => {
  test('each container gets exclusive GPUs of the model that the phase requests', async () => {
    const { context, created } = contextWith(GPUS);
    await containerOf(context, { count: 1, model: 'a100' });
    await containerOf(context, { count: 1, model: 'A100' });
    await containerOf(context, { count: 1 });
    await containerOf(context, null);
    expect(devicesOf(created)).toEqual([['GPU-1'], ['GPU-3'], ['GPU-2'], []]);
  });

  test('a container waits until the removal of another one releases the GPUs that it needs', async () => {
    const { context, created } = contextWith(GPUS);
    const first = await containerOf(context, { count: 2 });
    const second = containerOf(context, { count: 3 });
    const third = containerOf(context, { count: 1 });
    await settle();
    expect(devicesOf(created)).toEqual([['GPU-1', 'GPU-2']]);
    await first.remove();
    await first.remove();
    await (await second).remove();
    await third;
    // The third container takes one of the released GPUs, in the order of their release.
    expect(devicesOf(created).map(({ length }) => length)).toEqual([2, 3, 1]);
  });

  test('a container that can’t be created releases its GPUs', async () => {
    const { context, created } = contextWith(GPUS);
    await expect(containerOf(context, { count: 3 }, 'broken')).rejects.toThrow('refuses');
    await containerOf(context, { count: 3 });
    expect(devicesOf(created)).toHaveLength(1);
  });

  test('a request that the host can never satisfy fails immediately', async () => {
    const { context } = contextWith(GPUS);
    await expect(containerOf(context, { count: 2, model: 'T4' })).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(containerOf(contextWith([]).context, { count: 1 })).rejects.toMatchObject({
      code: 'INTERNAL',
    });
  });
});
