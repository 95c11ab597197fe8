import { expect, test, vi } from 'vitest';
import { skipWithout } from '#test/support/missing-tool.ts';

const DEVELOPER = { NODE_ENV: 'test' } as const;
const CI = { ...DEVELOPER, CI: 'true' };

test('a missing tool skips its tests with a message on a developer’s machine, and fails them in CI', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  expect(skipWithout('gVisor', 'runsc is not installed', DEVELOPER)).toBe(true);
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('gVisor is NOT tested: runsc is not installed.'));
  expect(() => skipWithout('gVisor', 'runsc is not installed', CI)).toThrow('gVisor is NOT tested');
  warn.mockRestore();
});

test('a tool that is there skips nothing', () => {
  expect(skipWithout('gVisor', null, DEVELOPER)).toBe(false);
  expect(skipWithout('gVisor', null, CI)).toBe(false);
});
