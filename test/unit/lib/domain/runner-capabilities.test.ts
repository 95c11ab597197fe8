import { describe, expect, test } from 'vitest';
import {
  describeCapabilities,
  describeWaitReason,
  isolationLayers,
  missingCapabilities,
  type PhaseDemands,
  type RunnerCapabilities,
  runnerCapabilitiesSchema,
  runnerHostSchema,
} from '#lib/domain/runners/capabilities.ts';
import { runnerHealthSchema } from '#lib/domain/runners/health.ts';

const runner: RunnerCapabilities = {
  cpus: 4,
  memoryMib: 8192,
  gvisorRuntime: null,
  contracts: ['EXEC'],
  gpus: [],
  outputDiskMib: 20_480,
};
const limits = { cpus: 4, memoryMib: 8192, outputMib: 256 };
const phase: PhaseDemands = {
  contract: 'EXEC',
  requiresGvisor: false,
  gpu: null,
  limits,
  testSet: { caseCount: 10 },
};

test('a runner serves a phase that requires everything it has', () => {
  expect(missingCapabilities(phase, runner)).toEqual([]);
});

test.each<[string, Partial<PhaseDemands>, string[]]>([
  ['a contract', { contract: 'BATCH' }, ['the contract batch']],
  ['gVisor', { requiresGvisor: true }, ['gVisor']],
  ['a GPU', { gpu: { count: 1 } }, ['1 GPU (it has 0)']],
  ['GPUs of a model', { gpu: { count: 2, model: 'A100' } }, ['2 GPUs (A100) (it has 0)']],
  ['processors', { limits: { ...limits, cpus: 4.5 } }, ['4.5 CPUs (it has 4)']],
  ['memory', { limits: { ...limits, memoryMib: 8704 } }, ['8.5 GiB of memory (it has 8)']],
  [
    'disk space for an output larger than the memory',
    { limits: { ...limits, outputMib: 20_481 } },
    ['20 GiB of disk for an output (it has 20)'],
  ],
])('a runner without %s can’t serve the phase', (_, demands, missing) => {
  expect(missingCapabilities({ ...phase, ...demands }, runner)).toEqual(missing);
});

test('an output that fits into the container’s memory needs no disk, and older runners report none', () => {
  const large = { ...phase, limits: { ...limits, outputMib: 8192 } };
  expect(missingCapabilities(large, { ...runner, outputDiskMib: 0 })).toEqual([]);
  const larger = { ...phase, limits: { ...limits, outputMib: 8193 } };
  expect(missingCapabilities(larger, { ...runner, outputDiskMib: 0 })).toEqual([
    '8 GiB of disk for an output (it has 0)',
  ]);
  expect(missingCapabilities(larger, { ...runner, outputDiskMib: null })).toEqual([]);
});

test('a batch writes the outputs of all its cases at once', () => {
  const able: RunnerCapabilities = { ...runner, contracts: ['BATCH'] };
  const batch = (caseCount: number): PhaseDemands => ({
    ...phase,
    contract: 'BATCH',
    testSet: { caseCount },
  });
  // 256 MiB each: 32 fill the memory, 80 the disk.
  expect(missingCapabilities(batch(32), { ...able, outputDiskMib: 0 })).toEqual([]);
  expect(missingCapabilities(batch(80), able)).toEqual([]);
  expect(missingCapabilities(batch(84), able)).toEqual(['21 GiB of disk for an output (it has 20)']);
});

test('gVisor counts under any runtime name of the engine', () => {
  expect(
    missingCapabilities({ ...phase, requiresGvisor: true }, { ...runner, gvisorRuntime: 'runsc' }),
  ).toEqual([]);
});

test('other facts of the host are ignored; a runner without a list of contracts serves only exec', () => {
  const row = { cpus: 2, memoryMib: 64, gvisorRuntime: null, engine: { version: '20.10' } };
  expect(runnerCapabilitiesSchema.parse(row).contracts).toEqual(['EXEC']);
});

test('a runner whose health has no draining time accepts evaluations', () => {
  const health = { status: 'ok', problems: [], running: 1, freeDiskBytes: null };
  expect(runnerHealthSchema.parse(health).drainedAt).toBeNull();
  expect(runnerHealthSchema.safeParse({ ...health, status: 'fine' }).success).toBe(false);
});

test('isolation layers have their usual names, with gVisor last', () => {
  const securityOptions = ['name=apparmor', 'name=seccomp,profile=default', 'name=cgroupns'];
  const host = runnerHostSchema.parse({ ...runner, engine: { version: '20.10', securityOptions, cpus: 4 } });
  expect(isolationLayers(host)).toEqual(['seccomp', 'AppArmor']);
  expect(isolationLayers({ ...host, gvisorRuntime: 'runsc' })).toEqual(['seccomp', 'AppArmor', 'gVisor']);
});

test('an evaluation that no runner can take names what the best runner is missing', () => {
  const demands = { ...phase, requiresGvisor: true, limits: { ...limits, cpus: 64 } };
  const withGvisor = { capabilities: { ...runner, gvisorRuntime: 'runsc' }, hasKey: true, found: [] };
  const withoutGvisor = { capabilities: runner, hasKey: true, found: [] };
  expect(describeWaitReason(demands, [withoutGvisor, withGvisor])).toBe('Waits for a runner with 64 CPUs.');
  expect(describeWaitReason(demands, [withoutGvisor])).toBe('Waits for a runner with gVisor and 64 CPUs.');
  expect(describeWaitReason(phase, [withoutGvisor, { ...withGvisor, hasKey: false }])).toBeNull();
  expect(describeWaitReason(phase, [{ ...withoutGvisor, hasKey: false }])).toBe(
    'Waits for a runner with the key of the test set.',
  );
  expect(
    describeWaitReason(phase, [{ ...withoutGvisor, found: ['more than 1 GiB of memory for scans'] }]),
  ).toBe('Waits for a runner with more than 1 GiB of memory for scans.');
  expect(describeWaitReason(phase, [])).toMatch(/no runner is online/);
});

describe('GPUs', () => {
  const gpus = [
    { uuid: 'GPU-1', model: 'NVIDIA A100-SXM4-40GB' },
    { uuid: 'GPU-2', model: 'NVIDIA A100-SXM4-40GB' },
    { uuid: 'GPU-3', model: 'Tesla T4' },
  ];
  const able: RunnerCapabilities = { ...runner, gpus };

  test.each<[PhaseDemands['gpu'], string[]]>([
    [null, []],
    [{ count: 3 }, []],
    [{ count: 4 }, ['4 GPUs (it has 3)']],
    [{ count: 2, model: 'a100' }, []],
    [{ count: 2, model: 'T4' }, ['2 GPUs (T4) (it has 1)']],
    [{ count: 1, model: 'H100' }, ['1 GPU (H100) (it has 0)']],
  ])('%o of two A100 and one T4', (gpu, missing) => {
    expect(missingCapabilities({ ...phase, gpu }, able)).toEqual(missing);
  });

  test('a phase without a GPU is served by runners with GPUs and by runners of earlier versions', () => {
    expect(missingCapabilities(phase, able)).toEqual([]);
    const { gpus: _, ...earlier } = runner;
    expect(runnerCapabilitiesSchema.parse(earlier).gpus).toEqual([]);
  });

  test('the console lists them', () => {
    expect(describeCapabilities(able)).toBe('4 CPUs, 8 GiB, 3 GPUs (NVIDIA A100-SXM4-40GB, Tesla T4); exec');
    expect(describeCapabilities(runner)).toBe('4 CPUs, 8 GiB; exec');
  });

  test('an evaluation that waits for a GPU reports it', () => {
    const candidate = { capabilities: runner, hasKey: true, found: [] };
    expect(describeWaitReason({ ...phase, gpu: { count: 1, model: 'A100' } }, [candidate])).toBe(
      'Waits for a runner with 1 GPU (A100).',
    );
  });
});
