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

const WELL: Ending = {
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
  const judged = judgeEnding({ ...WELL, ...ending });
  return judged.kind === 'submissionError' ? judged.code : judged.kind;
};

describe('an ending is explained by the limit that was met first', () => {
  test.each<[string, Partial<Ending>, string]>([
    ['ended well', {}, 'collect'],
    ['exit code 3', { exitCode: 3 }, 'EXIT_NONZERO'],
    ['segmentation fault', { exitCode: 139 }, 'EXIT_NONZERO'],
    ['killed at the limit', { exitCode: 137, timedOut: true }, 'TIME_LIMIT'],
    ['killed at the limit just as it ended', { exitCode: 0, timedOut: true }, 'TIME_LIMIT'],
    ['out of memory', { exitCode: 137, oomKilled: true }, 'OUT_OF_MEMORY'],
    ['a child out of memory, seen as exit 1', { exitCode: 1, oomKilled: true }, 'OUT_OF_MEMORY'],
    [
      'a worker out of memory, its parent waits for ever',
      { exitCode: 137, timedOut: true, oomKilled: true },
      'OUT_OF_MEMORY',
    ],
    ['a child out of memory, the program coped', { exitCode: 0, oomKilled: true }, 'collect'],
    ['refused a process', { exitCode: 1, refusedForks: 1 }, 'PIDS_LIMIT'],
    ['a fork bomb until the time limit', { exitCode: 137, timedOut: true, refusedForks: 9999 }, 'PIDS_LIMIT'],
    ['refused a thread, the program coped', { exitCode: 0, refusedForks: 1 }, 'collect'],
    ['a full output', { exitCode: 1, outputFull: true }, 'OUTPUT_TOO_LARGE'],
    ['SIGKILL from nobody we know', { exitCode: 137 }, 'killed'],
  ])('%s', (_, ending, expected) => {
    expect(verdict(ending)).toBe(expected);
  });
});

test('a program that init could not start is told by what init says', () => {
  const log = '[FATAL tini (7)] exec /opt/run failed: No such file or directory\n';
  expect(judgeEnding({ ...WELL, exitCode: 127, log })).toEqual({
    kind: 'submissionError',
    code: 'START_FAILED',
    message: 'The container could not be started: exec /opt/run failed: No such file or directory.',
  });
  expect(verdict({ exitCode: 127, log: 'sh: nosuch: not found' })).toBe('EXIT_NONZERO');
  expect(verdict({ exitCode: 1, log })).toBe('EXIT_NONZERO');
});

test('a program that imitates init gets nothing that it read into the sentence', () => {
  const said = (name: string, reason: string) =>
    verdict({ exitCode: 127, log: `[FATAL tini (7)] exec ${name} failed: ${reason}\n` });
  expect(said('a voxel', 'No such file or directory')).toBe('EXIT_NONZERO');
  expect(said('/opt/run', 'a voxel')).toBe('EXIT_NONZERO');
  expect(said('/opt/run', 'Exec format error')).toBe('START_FAILED');
});

test('a signal is named', () => {
  expect(judgeEnding({ ...WELL, exitCode: 139 })).toMatchObject({
    message: 'The program was ended by SIGSEGV.',
  });
});

test('a mask that is missing after a good end is blamed on the limit that was met on the way', () => {
  const missing = (ending: Partial<Ending>) =>
    judgeMissingOutput({ ...WELL, ...ending }, 'mask in /output/x');
  expect(missing({})).toMatchObject({
    code: 'NO_OUTPUT',
    message: 'There is no mask in /output/x.',
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
      'answers 201, and has coped with a limit',
      { status: 201 },
      { oomKilled: true, outputFull: true },
      'collect',
    ],
    ['answers 200', { status: 200 }, {}, 'EXIT_NONZERO'],
    ['answers 500 because a worker was out of memory', { status: 500 }, { oomKilled: true }, 'OUT_OF_MEMORY'],
    ['hangs up', { failure: 'closed' }, {}, 'EXIT_NONZERO'],
    ['hangs up because a worker was refused', { failure: 'closed' }, { refusedForks: 1 }, 'PIDS_LIMIT'],
    ['speaks no HTTP', { failure: 'malformed' }, {}, 'EXIT_NONZERO'],
  ])('that %s', (_, reply, ending, expected) => {
    expect(code(judgeReply(reply, { ...WELL, ...ending }))).toBe(expected);
  });

  test('that ends, even well, has failed', () => {
    expect(code(judgeServerEnding(WELL))).toBe('EXIT_NONZERO');
    expect(code(judgeServerEnding({ ...WELL, exitCode: 137 }))).toBe('killed');
    expect(code(judgeServerEnding({ ...WELL, exitCode: 137, timedOut: true }))).toBe('TIME_LIMIT');
  });

  test('that does not get healthy in time is told so, unless a limit says why', () => {
    const late = { ...WELL, exitCode: 137, timedOut: true };
    expect(code(judgeStart(late))).toBe('HEALTH_TIMEOUT');
    expect(code(judgeStart({ ...late, oomKilled: true }))).toBe('OUT_OF_MEMORY');
    expect(judgeStart({ ...WELL, exitCode: 1 })).toMatchObject({
      code: 'EXIT_NONZERO',
      message: 'The program ended with exit code 1. GET /health had not been answered with 200 yet.',
    });
    expect(code(judgeStart(WELL))).toBe('EXIT_NONZERO');
  });
});
