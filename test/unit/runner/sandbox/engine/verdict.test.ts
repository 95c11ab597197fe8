import { describe, expect, test } from 'vitest';
import {
  type Ending,
  judgeEnding,
  judgeMissingOutput,
  judgeReply,
  judgeServerEnding,
  judgeStart,
  type Reply,
} from '#runner/sandbox/engine/verdict.ts';

const SUCCESS: Ending = {
  program: '/opt/run',
  exitCode: 0,
  timedOut: false,
  timeLimitSeconds: 60,
  oomKilled: false,
  memoryMib: 512,
  refusedForks: 0,
  pidsLimit: 64,
  outputFull: false,
  outputMib: 8,
  log: '',
};
const verdict = (ending: Partial<Ending>) => {
  const judged = judgeEnding({ ...SUCCESS, ...ending });
  return judged.kind === 'submissionError' ? judged.code : judged.kind;
};

describe('an ending is explained by the limit that was hit', () => {
  test.each<[string, Partial<Ending>, string]>([
    ['exited normally', {}, 'collect'],
    ['exit code 3', { exitCode: 3 }, 'EXIT_NONZERO'],
    ['segmentation fault', { exitCode: 139 }, 'EXIT_NONZERO'],
    ['killed at the time limit', { exitCode: 137, timedOut: true }, 'TIME_LIMIT'],
    ['killed at the time limit just as it ended', { exitCode: 0, timedOut: true }, 'TIME_LIMIT'],
    ['out of memory', { exitCode: 137, oomKilled: true }, 'OUT_OF_MEMORY'],
    ['a child out of memory, reported as exit code 1', { exitCode: 1, oomKilled: true }, 'OUT_OF_MEMORY'],
    [
      'a worker out of memory, its parent waits forever',
      { exitCode: 137, timedOut: true, oomKilled: true },
      'OUT_OF_MEMORY',
    ],
    ['a child out of memory, the program recovered', { exitCode: 0, oomKilled: true }, 'collect'],
    ['a refused process', { exitCode: 1, refusedForks: 1 }, 'PIDS_LIMIT'],
    ['a fork bomb until the time limit', { exitCode: 137, timedOut: true, refusedForks: 9999 }, 'PIDS_LIMIT'],
    ['a refused thread, the program recovered', { exitCode: 0, refusedForks: 1 }, 'collect'],
    ['a full output', { exitCode: 1, outputFull: true }, 'OUTPUT_TOO_LARGE'],
    ['SIGKILL from an unknown sender', { exitCode: 137 }, 'killed'],
  ])('%s', (_, ending, expected) => {
    expect(verdict(ending)).toBe(expected);
  });
});

test('init’s log message explains why a program could not start', () => {
  const log = '[FATAL tini (7)] exec /opt/run failed: No such file or directory\n';
  expect(judgeEnding({ ...SUCCESS, exitCode: 127, log })).toEqual({
    kind: 'submissionError',
    code: 'START_FAILED',
    message: 'The container could not be started: exec /opt/run failed: No such file or directory.',
  });
  expect(verdict({ exitCode: 127, log: 'sh: nosuch: not found' })).toBe('EXIT_NONZERO');
  expect(verdict({ exitCode: 1, log })).toBe('EXIT_NONZERO');
});

test('a program that imitates init can’t put data into the message', () => {
  const codeFor = (name: string, reason: string) =>
    verdict({ exitCode: 127, log: `[FATAL tini (7)] exec ${name} failed: ${reason}\n` });
  expect(codeFor('a voxel', 'No such file or directory')).toBe('EXIT_NONZERO');
  expect(codeFor('/opt/run', 'a voxel')).toBe('EXIT_NONZERO');
  expect(codeFor('/opt/run', 'Exec format error')).toBe('START_FAILED');
});

test('the message names the signal', () => {
  expect(judgeEnding({ ...SUCCESS, exitCode: 139 })).toMatchObject({
    message: 'The program was killed by SIGSEGV.',
  });
});

test('a missing mask after a normal exit is explained by a limit that was hit', () => {
  const missing = (ending: Partial<Ending>) =>
    judgeMissingOutput({ ...SUCCESS, ...ending }, 'mask in /output/x');
  expect(missing({})).toMatchObject({
    code: 'NO_OUTPUT',
    message: 'The program wrote no mask in /output/x.',
  });
  expect(missing({ oomKilled: true })).toMatchObject({ code: 'OUT_OF_MEMORY' });
  expect(missing({ refusedForks: 2 })).toMatchObject({ code: 'PIDS_LIMIT' });
  expect(missing({ outputFull: true })).toMatchObject({ code: 'OUTPUT_TOO_LARGE' });
});

describe('a server', () => {
  const code = (verdict: ReturnType<typeof judgeReply>) =>
    verdict.kind === 'submissionError' ? verdict.code : verdict.kind;

  test.each<[string, Reply, Partial<Ending>, string]>([
    ['answers 201', { status: 201 }, {}, 'collect'],
    [
      'answers 201 after recovering from a limit',
      { status: 201 },
      { oomKilled: true, outputFull: true },
      'collect',
    ],
    ['answers 200', { status: 200 }, {}, 'EXIT_NONZERO'],
    ['answers 500 because a worker was out of memory', { status: 500 }, { oomKilled: true }, 'OUT_OF_MEMORY'],
    ['closes the connection', { failure: 'closed' }, {}, 'EXIT_NONZERO'],
    [
      'closes the connection because a worker was refused',
      { failure: 'closed' },
      { refusedForks: 1 },
      'PIDS_LIMIT',
    ],
    ['does not use HTTP', { failure: 'malformed' }, {}, 'EXIT_NONZERO'],
  ])('that %s', (_, reply, ending, expected) => {
    expect(code(judgeReply(reply, { ...SUCCESS, ...ending }))).toBe(expected);
  });

  test('that ends has failed, even with exit code 0', () => {
    expect(code(judgeServerEnding(SUCCESS))).toBe('EXIT_NONZERO');
    expect(code(judgeServerEnding({ ...SUCCESS, exitCode: 137 }))).toBe('killed');
    expect(code(judgeServerEnding({ ...SUCCESS, exitCode: 137, timedOut: true }))).toBe('TIME_LIMIT');
  });

  test('that is not healthy in time fails with HEALTH_TIMEOUT, unless it hit a limit', () => {
    const late = { ...SUCCESS, exitCode: 137, timedOut: true };
    expect(code(judgeStart(late))).toBe('HEALTH_TIMEOUT');
    expect(code(judgeStart({ ...late, oomKilled: true }))).toBe('OUT_OF_MEMORY');
    expect(judgeStart({ ...SUCCESS, exitCode: 1 })).toMatchObject({
      code: 'EXIT_NONZERO',
      message: 'The program exited with code 1. It had not yet answered GET /health with 200.',
    });
    expect(code(judgeStart(SUCCESS))).toBe('EXIT_NONZERO');
  });
});
