import { beforeEach, expect, test } from 'vitest';
import { ensureSteps } from '#scripts/setup/steps.mjs';

let done: string[];
let printed: string[];
let questions: number;
beforeEach(() => {
  done = [];
  printed = [];
  questions = 0;
});

/** A missing step and the command that it would run on the machine, if any. */
function missingStep(name: string, systemCommand: string | null, isOptional = false) {
  return {
    name,
    missing: `install ${name}`,
    isOptional,
    isThere: async () => null,
    systemCommand: () => systemCommand,
    install: async () => {
      done.push(name);
      return 'installed';
    },
  };
}

const PACKAGES = missingStep('packages', null);
const ENGINE = missingStep('engine', 'apt-get install docker.io && dockerd');
const GVISOR = missingStep('gVisor', 'apt-get install runsc', true);

function ensure(
  steps: ReturnType<typeof missingStep>[],
  consent: 'install' | 'ask' | 'refuse',
  { answer = false, mayInstall = true } = {},
) {
  const ask = async () => {
    questions += 1;
    return answer;
  };
  const print = (line: string) => void printed.push(line);
  return ensureSteps(steps, { mayInstall, consent, ask, print, quiet: false });
}

test('without consent the machine isn’t changed, and the exact commands are printed', async () => {
  expect(await ensure([PACKAGES, ENGINE], 'refuse')).toBe(false);
  expect(done).toEqual(['packages']);
  expect(questions).toBe(0);
  expect(printed.join('\n')).toMatch(/engine +apt-get install docker\.io && dockerd/);
  expect(printed.join('\n')).toContain('`-- --yes`');
});

test('one question covers all changes, and their commands are shown before it', async () => {
  expect(await ensure([ENGINE, GVISOR], 'ask', { answer: true })).toBe(true);
  expect(questions).toBe(1);
  expect(done).toEqual(['engine', 'gVisor']);
  expect(printed.findIndex((line) => line.includes('runsc'))).toBeLessThan(
    printed.findIndex((line) => line.includes('installed')),
  );
});

test('declining changes nothing and fails', async () => {
  expect(await ensure([ENGINE], 'ask')).toBe(false);
  expect(done).toEqual([]);
});

test('declining optional changes doesn’t fail', async () => {
  expect(await ensure([GVISOR], 'ask')).toBe(true);
  expect(done).toEqual([]);
});

test('with consent no question is asked', async () => {
  expect(await ensure([PACKAGES, ENGINE], 'install')).toBe(true);
  expect(done).toEqual(['packages', 'engine']);
  expect(questions).toBe(0);
});

test('steps that don’t change the machine need no consent', async () => {
  expect(await ensure([PACKAGES], 'refuse')).toBe(true);
  expect(done).toEqual(['packages']);
});

test('nothing is installed if that is forbidden', async () => {
  expect(await ensure([PACKAGES, ENGINE], 'install', { mayInstall: false })).toBe(false);
  expect(done).toEqual([]);
});
