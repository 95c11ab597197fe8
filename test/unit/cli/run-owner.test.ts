import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isDead, ownerOf, readOwner, runNamePrefix } from '#cli/try/run-owner.ts';

const self = await readOwner();

test('what a run is called says whose it is', () => {
  expect(ownerOf(`${runNamePrefix(self)}a1B2c3`)).toEqual(self);
});

test.each([
  'heldout-try-a1B2c3',
  'heldout-try-',
  'heldout-synthetic-0a1b2c3d-4026531836-17-99-a1B2c3',
  'heldout-try-0a1b2c3d-4026531836-17-99-',
  'heldout-try-0a1b2c3d-4026531836-17-99-../x',
  'x/heldout-try-0a1b2c3d-4026531836-17-99-a1B2c3',
])('%s is no run', (name) => {
  expect(ownerOf(name)).toBeNull();
});

test('a run lives as long as its process, whoever is given the number afterwards', () => {
  expect(isDead(self, self)).toBe(false);
  expect(isDead({ ...self, startedAt: self.startedAt - 1 }, self)).toBe(true);
  // Above the highest number that Linux gives.
  expect(isDead({ ...self, pid: 2 ** 22 + 1 }, self)).toBe(true);
  expect(isDead({ ...self, boot: '00000000' }, self)).toBe(true);
});

test('of processes in another container nothing is known, so they live', () => {
  expect(isDead({ ...self, namespace: '1', pid: 2 ** 22 + 1 }, self)).toBe(false);
});

test('one that has ended and was not taken note of by its parent is dead', async () => {
  // The shell becomes a program that never waits for its child, which ends only then: a shell would take note.
  const parent = spawn('sh', ['-c', 'exec 3<&0; cat <&3 >/dev/null & echo $!; exec sleep 60'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  const stat = () => readFileSync(`/proc/${pid}/stat`, 'utf8');
  await expect.poll(() => readFileSync(`/proc/${parent.pid}/comm`, 'utf8')).toBe('sleep\n');
  parent.stdin.end();
  await expect.poll(stat).toContain(') Z ');
  // The child's name is one word, so field 22 is the 22nd.
  const startedAt = Number(stat().split(' ')[21]);
  expect(startedAt).toBeGreaterThanOrEqual(self.startedAt);
  expect(isDead({ ...self, pid, startedAt }, self)).toBe(true);
  parent.kill('SIGKILL');
  await once(parent, 'close');
});
