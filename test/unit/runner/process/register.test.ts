import { expect, test } from 'vitest';
import { capabilitiesOf } from '#runner/process/register.ts';

const HOST = { engine: { cpus: 8 }, gvisorRuntime: null, contracts: ['EXEC'], outputDiskMib: 1024 };

test('a runner offers what its environment gives it, and no more processors than its engine has', () => {
  expect(capabilitiesOf({ cpus: 4, memoryMib: 2048 }, HOST)).toMatchObject({ cpus: 4, memoryMib: 2048 });
  expect(capabilitiesOf({ cpus: 16, memoryMib: 2048 }, HOST)).toMatchObject({ cpus: 8, memoryMib: 2048 });
});

test('what else decides whether it can serve a phase is its host’s', () => {
  const host = { ...HOST, gvisorRuntime: 'runsc' };
  expect(capabilitiesOf({ cpus: 4, memoryMib: 2048 }, host)).toMatchObject({
    gvisorRuntime: 'runsc',
    contracts: ['EXEC'],
    outputDiskMib: 1024,
  });
});
