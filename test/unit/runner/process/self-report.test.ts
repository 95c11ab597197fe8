import { expect, test } from 'vitest';
import type { RunnerHealth } from '#lib/domain/runners/health.ts';
import { SelfReport } from '#runner/process/self-report.ts';

/** A report of a host whose health the test sets, and what was sent of it. */
function newReport() {
  const host = { status: 'ok' as RunnerHealth['status'], drainRequestedAt: null as Date | null };
  const sent: RunnerHealth[] = [];
  const report = new SelfReport({
    checkHealth: async () => ({ status: host.status, problems: [], freeDiskBytes: 1 }),
    send: async (health) => {
      sent.push(health);
      return host.drainRequestedAt;
    },
  });
  return { host, sent, report };
}

test('a change of its health is reported when new work is asked for, and nothing where it has not changed', async () => {
  const { host, sent, report } = newReport();
  expect(await report.takesWork()).toBe(true);
  expect(await report.takesWork()).toBe(true);
  host.status = 'degraded';
  expect(await report.takesWork()).toBe(false);
  expect(await report.takesWork()).toBe(false);
  host.status = 'ok';
  expect(await report.takesWork()).toBe(true);
  expect(sent.map(({ status }) => status)).toEqual(['ok', 'degraded', 'ok']);
});

test('an evaluation counts as running until it has ended, whichever way it ends', async () => {
  const { sent, report } = newReport();
  await report.whileRunning(() => report.send());
  await report.send();
  await expect(report.whileRunning(() => Promise.reject(new Error('the engine is gone')))).rejects.toThrow();
  await report.send();
  expect(sent.map(({ running }) => running)).toEqual([1, 0, 0]);
});

test('a phase that was tried in vain is named with what it needs last', async () => {
  const { sent, report } = newReport();
  report.addUnsupported('a', 'more than 1.0 GiB of memory');
  report.addUnsupported('b', 'more than 2.0 GiB of memory');
  report.addUnsupported('a', 'more than 3.0 GiB of memory');
  await report.send();
  expect(report.unsupportedPhases).toEqual(['a', 'b']);
  expect(sent[0]?.unsupported).toEqual([
    { phaseId: 'a', needs: 'more than 3.0 GiB of memory' },
    { phaseId: 'b', needs: 'more than 2.0 GiB of memory' },
  ]);
});

test('a runner that is told to stop says since when', async () => {
  const { sent, report } = newReport();
  await report.send();
  report.stop(new Date('2026-03-01T10:00:00Z'));
  await report.send();
  expect(sent.map(({ drainedAt }) => drainedAt)).toEqual([null, '2026-03-01T10:00:00.000Z']);
});

test('a runner that organizers drain takes no work until they undrain it, and says so at once', async () => {
  const { host, sent, report } = newReport();
  await report.send();
  expect(await report.takesWork()).toBe(true);
  host.drainRequestedAt = new Date('2026-03-01T10:00:00Z');
  await report.send();
  expect(await report.takesWork()).toBe(false);
  host.drainRequestedAt = null;
  await report.send();
  expect(await report.takesWork()).toBe(true);
  expect(sent.map(({ drainedAt }) => drainedAt)).toEqual([
    null,
    null,
    '2026-03-01T10:00:00.000Z',
    '2026-03-01T10:00:00.000Z',
    null,
  ]);
});
