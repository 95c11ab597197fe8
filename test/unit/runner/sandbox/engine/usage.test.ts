import { once } from 'node:events';
import { watch as fsWatch, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { watchUsage } from '#runner/sandbox/engine/usage.ts';

/**
 * Real containers cover version 1 (test/integration/runner/sandbox); these tests write version 2's files as a
 * kernel does.
 */
const ID = 'c0ffee';
const MIB = 2 ** 20;

let root: string;
let group: string;
const write = (file: string, text: string) => writeFileSync(path.join(group, file), text);

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'heldout-cgroup-'));
  writeFileSync(path.join(root, 'cgroup.controllers'), 'cpu memory pids\n');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe.each([
  ['cgroupfs', `docker/${ID}`],
  ['systemd', `system.slice/docker-${ID}.scope`],
])('cgroup version 2 under the driver %s', (_driver, folder) => {
  beforeEach(() => {
    group = path.join(root, folder);
    mkdirSync(group, { recursive: true });
    write('memory.peak', `${40 * MIB}\n`);
    write('memory.current', `${8 * MIB}\n`);
    write('memory.events', 'low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\noom_group_kill 0\n');
    write('pids.events', 'max 0\n');
  });

  test('reports the peak, the killed processes and the refused forks', () => {
    const watch = watchUsage(ID, root);
    write('memory.peak', `${100 * MIB}\n`);
    write('memory.events', 'low 0\nhigh 0\nmax 9\noom 3\noom_kill 2\noom_group_kill 0\n');
    write('pids.events', 'max 5\n');
    expect(watch.stop()).toEqual({ peakMemoryBytes: 100 * MIB, refusedForks: 5, oomKills: 2 });
  });

  test('a killed process is noticed immediately, because its container may be gone before the next sample', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const watch = watchUsage(ID, root);
    const kernel = fsWatch(path.join(group, 'memory.events'), { persistent: false });
    const changed = once(kernel, 'change');
    write('memory.events', 'low 0\nhigh 0\nmax 9\noom 1\noom_kill 1\noom_group_kill 0\n');
    await changed;
    kernel.close();
    // Other watchers of the same change have been notified in the same turn.
    await new Promise(setImmediate);
    rmSync(group, { recursive: true });
    expect(watch.stop().oomKills).toBe(1);
  });

  test('a lap reports only its own usage, although the kernel’s mark can’t be reset for other readers', () => {
    const watch = watchUsage(ID, root);
    write('pids.events', 'max 1\n');
    expect(watch.lap()).toEqual({ peakMemoryBytes: 40 * MIB, refusedForks: 1, oomKills: 0 });
    write('memory.current', `${12 * MIB}\n`);
    expect(watch.lap()).toEqual({ peakMemoryBytes: 12 * MIB, refusedForks: 0, oomKills: 0 });
    write('memory.peak', `${41 * MIB}\n`);
    expect(watch.stop()).toEqual({ peakMemoryBytes: 41 * MIB, refusedForks: 0, oomKills: 0 });
  });
});

test('a control group that is gone or not readable reports nothing', () => {
  const watch = watchUsage(ID, root);
  expect(watch.stop()).toEqual({ peakMemoryBytes: null, refusedForks: 0, oomKills: 0 });
});
