import { expect, test } from 'vitest';
import {
  lacksFor,
  type PhaseDemands,
  type RunnerCapabilities,
  runnerCapabilitiesSchema,
  runnerHostSchema,
  waitsFor,
  wallsOf,
} from '#lib/domain/runner-capabilities.ts';
import { runnerHealthSchema } from '#lib/domain/runner-health.ts';

const runner: RunnerCapabilities = { cpus: 4, memoryMib: 8192, gvisorRuntime: null, contracts: ['EXEC'] };
const phase: PhaseDemands = {
  contract: 'EXEC',
  requiresSecondWall: false,
  limits: { cpus: 4, memoryMib: 8192 },
};

test('a runner serves a phase that asks for all it has', () => {
  expect(lacksFor(phase, runner)).toEqual([]);
});

test.each<[string, Partial<PhaseDemands>, string[]]>([
  ['a contract', { contract: 'BATCH' }, ['the contract batch']],
  ['the second wall', { requiresSecondWall: true }, ['gVisor']],
  ['processors', { limits: { cpus: 4.5, memoryMib: 1 } }, ['4.5 CPUs (it has 4)']],
  ['memory', { limits: { cpus: 1, memoryMib: 8704 } }, ['8.5 GiB of memory (it has 8)']],
])('a runner that lacks %s is told apart', (_, demands, lacks) => {
  expect(lacksFor({ ...phase, ...demands }, runner)).toEqual(lacks);
});

test('gVisor under any name of the engine is the second wall', () => {
  expect(lacksFor({ ...phase, requiresSecondWall: true }, { ...runner, gvisorRuntime: 'runsc' })).toEqual([]);
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
  expect(wallsOf(host)).toEqual(['seccomp', 'AppArmor']);
  expect(wallsOf({ ...host, gvisorRuntime: 'runsc' })).toEqual(['seccomp', 'AppArmor', 'gVisor']);
});

test('an evaluation says what it waits for where no runner can take it, by the one that lacks the least', () => {
  const demands = { ...phase, requiresSecondWall: true, limits: { cpus: 64, memoryMib: 8192 } };
  const walled = { capabilities: { ...runner, gvisorRuntime: 'runsc' }, hasKey: true };
  const bare = { capabilities: runner, hasKey: true };
  expect(waitsFor(demands, [bare, walled])).toBe('Waits for a runner with 64 CPUs.');
  expect(waitsFor(demands, [bare])).toBe('Waits for a runner with gVisor and 64 CPUs.');
  expect(waitsFor(phase, [bare, { ...walled, hasKey: false }])).toBeNull();
  expect(waitsFor(phase, [{ ...bare, hasKey: false }])).toBe(
    'Waits for a runner with the key of the test set.',
  );
  expect(waitsFor(phase, [])).toMatch(/none reports/);
});
