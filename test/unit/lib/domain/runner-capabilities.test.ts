import { describe, expect, test } from 'vitest';
import {
  describeCapabilities,
  isolationLayers,
  missingCapabilities,
  type PhaseDemands,
  type RunnerCapabilities,
  runnerCapabilitiesSchema,
  runnerHostSchema,
  waitsFor,
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

test('a runner serves a phase that asks for all it has', () => {
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
    'disk for an output that memory can’t hold',
    { limits: { ...limits, outputMib: 20_481 } },
    ['20 GiB of disk for an output (it has 20)'],
  ],
])('a runner that lacks %s is told apart', (_, demands, missing) => {
  expect(missingCapabilities({ ...phase, ...demands }, runner)).toEqual(missing);
});

test('an output that fits into the container’s memory needs no disk, and an older runner does not say', () => {
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

test('gVisor under any name of the engine is the second wall', () => {
  expect(
    missingCapabilities({ ...phase, requiresGvisor: true }, { ...runner, gvisorRuntime: 'runsc' }),
  ).toEqual([]);
});

test('what else a row says of the host is left aside; without a list, a runner serves exec alone', () => {
  const row = { cpus: 2, memoryMib: 64, gvisorRuntime: null, engine: { version: '20.10' } };
  expect(runnerCapabilitiesSchema.parse(row).contracts).toEqual(['EXEC']);
});

test('a health without a time of draining is of a runner that takes work', () => {
  const said = { status: 'ok', problems: [], running: 1, freeDiskBytes: null };
  expect(runnerHealthSchema.parse(said).drainedAt).toBeNull();
  expect(runnerHealthSchema.safeParse({ ...said, status: 'fine' }).success).toBe(false);
});

test('walls are named as an organizer knows them, the second one last', () => {
  const securityOptions = ['name=apparmor', 'name=seccomp,profile=default', 'name=cgroupns'];
  const host = runnerHostSchema.parse({ ...runner, engine: { version: '20.10', securityOptions, cpus: 4 } });
  expect(isolationLayers(host)).toEqual(['seccomp', 'AppArmor']);
  expect(isolationLayers({ ...host, gvisorRuntime: 'runsc' })).toEqual(['seccomp', 'AppArmor', 'gVisor']);
});

test('an evaluation says what it waits for where no runner can take it, by the one that lacks the least', () => {
  const demands = { ...phase, requiresGvisor: true, limits: { ...limits, cpus: 64 } };
  const walled = { capabilities: { ...runner, gvisorRuntime: 'runsc' }, hasKey: true, found: [] };
  const bare = { capabilities: runner, hasKey: true, found: [] };
  expect(waitsFor(demands, [bare, walled])).toBe('Waits for a runner with 64 CPUs.');
  expect(waitsFor(demands, [bare])).toBe('Waits for a runner with gVisor and 64 CPUs.');
  expect(waitsFor(phase, [bare, { ...walled, hasKey: false }])).toBeNull();
  expect(waitsFor(phase, [{ ...bare, hasKey: false }])).toBe(
    'Waits for a runner with the key of the test set.',
  );
  expect(waitsFor(phase, [{ ...bare, found: ['more than 1 GiB of memory for scans'] }])).toBe(
    'Waits for a runner with more than 1 GiB of memory for scans.',
  );
  expect(waitsFor(phase, [])).toMatch(/none reports/);
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

  test('a phase without a GPU is served by a runner that has some, and by one of an earlier version', () => {
    expect(missingCapabilities(phase, able)).toEqual([]);
    const { gpus: _, ...earlier } = runner;
    expect(runnerCapabilitiesSchema.parse(earlier).gpus).toEqual([]);
  });

  test('the console names them', () => {
    expect(describeCapabilities(able)).toBe('4 CPUs, 8 GiB, 3 GPUs (NVIDIA A100-SXM4-40GB, Tesla T4); exec');
    expect(describeCapabilities(runner)).toBe('4 CPUs, 8 GiB; exec');
  });

  test('an evaluation that waits for a GPU says so', () => {
    const candidate = { capabilities: runner, hasKey: true, found: [] };
    expect(waitsFor({ ...phase, gpu: { count: 1, model: 'A100' } }, [candidate])).toBe(
      'Waits for a runner with 1 GPU (A100).',
    );
  });
});
