import type { SubmissionErrorCode } from '#lib/domain/evaluations/codes.ts';
import type { RunFacts } from '#runner/types.ts';

/** What is known of a container that has ended. */
export interface Ending {
  /** What the image starts. */
  program: string;
  exitCode: number;
  /** Killed by us at the wall-time limit. */
  timedOut: boolean;
  timeLimitSeconds: number;
  /** The kernel killed one of its processes at the memory limit; the exit code may be anything, 0 too. */
  oomKilled: boolean;
  memoryMib: number;
  refusedForks: number;
  pidsLimit: number;
  outputFull: boolean;
  outputMib: number;
  log: string;
}

/**
 * Exit code 137 without our kill and without the memory limit: the host may have done it, or the container to
 * itself. It is tried once more before the team is blamed.
 */
export type Killed = { kind: 'killed' } & RunFacts;

export type Verdict =
  | { kind: 'collect' }
  | { kind: 'killed' }
  | { kind: 'submissionError'; code: SubmissionErrorCode; message: string };

/**
 * Whose fault an ending is, before anything is collected. A limit that was hit explains a failure better than
 * the exit code or the hang that came of it, so limits are asked first; a program that met a limit, coped
 * with it and ended well is not blamed.
 */
export function judgeEnding(ending: Ending): Verdict {
  const { exitCode, timedOut } = ending;
  if (exitCode === 0 && !timedOut) return { kind: 'collect' };
  const limit = limitError(ending);
  if (limit) return limit;
  if (timedOut) {
    return submissionError('TIME_LIMIT', `Still working after ${ending.timeLimitSeconds} s, and stopped.`);
  }
  const start = startFailure(ending);
  if (start) return start;
  // SIGKILL by somebody else: the host, or one of its own processes.
  if (exitCode === 137) return { kind: 'killed' };
  return submissionError('EXIT_NONZERO', exitMessage(exitCode));
}

/** The program ended well but left no mask: a limit on the way says why. `missing`: what was looked for. */
export function judgeMissingOutput(ending: Ending, missing: string): Verdict {
  return limitError(ending) ?? submissionError('NO_OUTPUT', `There is no ${missing}.`);
}

/** Killed by nobody we know, and again when it was tried once more: it can send SIGKILL to itself. */
export function killedTwice(): Extract<Verdict, { kind: 'submissionError' }> {
  return { kind: 'submissionError', code: 'EXIT_NONZERO', message: 'The program was ended by SIGKILL.' };
}

/** Of a container that lives: what its server said to POST /invoke. */
export type Reply = { status: number } | { failure: 'closed' | 'silent' | 'malformed' };

/** A server that answers 201 has written its mask, whatever it met on the way. */
export function judgeReply(reply: Reply, ending: Ending): Verdict {
  if ('status' in reply && reply.status === 201) return { kind: 'collect' };
  return limitError(ending) ?? submissionError('EXIT_NONZERO', replyMessage(reply));
}

function replyMessage(reply: Reply): string {
  if ('status' in reply) return `POST /invoke was answered with ${reply.status}, not with 201.`;
  return reply.failure === 'malformed'
    ? 'POST /invoke was answered with something that is not HTTP.'
    : 'The server ended the connection without an answer to POST /invoke.';
}

/** A server that ended, by itself or at the limit, before it was healthy. */
export function judgeStart(ending: Ending): Verdict {
  if (ending.timedOut) {
    return (
      limitError(ending) ??
      submissionError(
        'HEALTH_TIMEOUT',
        `GET /health on port 4743 was not answered with 200 within ${ending.timeLimitSeconds} s.`,
      )
    );
  }
  const verdict = judgeServerEnding(ending);
  if (verdict.kind !== 'submissionError' || verdict.code !== 'EXIT_NONZERO') return verdict;
  return { ...verdict, message: `${verdict.message} GET /health had not been answered with 200 yet.` };
}

/** A server that ended in the middle of a case. */
export function judgeServerEnding(ending: Ending): Verdict {
  const verdict = judgeEnding(ending);
  return verdict.kind === 'collect' ? submissionError('EXIT_NONZERO', EARLY_END) : verdict;
}

const EARLY_END = 'The server ended, with exit code 0; it has to run until it is stopped.';

function limitError(ending: Ending): Verdict | null {
  const stillWorking = ending.timedOut ? ', and was still working at the time limit' : '';
  if (ending.oomKilled) {
    return submissionError(
      'OUT_OF_MEMORY',
      `A process was killed at the limit of ${ending.memoryMib} MiB${stillWorking}.`,
    );
  }
  if (ending.outputFull) {
    return submissionError(
      'OUTPUT_TOO_LARGE',
      `/output was full (${ending.outputMib} MiB, or as many files as it holds)${stillWorking}.`,
    );
  }
  if (ending.refusedForks > 0) {
    return submissionError(
      'PIDS_LIMIT',
      `A process or thread was refused at the limit of ${ending.pidsLimit}${stillWorking}.`,
    );
  }
  return null;
}

/**
 * The engine's init is process 1 and starts the program: what it can't start it says in the log, and ends
 * with 126 or 127 like a shell.
 */
function startFailure({ exitCode, log, program }: Ending): Verdict | null {
  if (exitCode !== 126 && exitCode !== 127) return null;
  for (const [, name, reason = ''] of log.matchAll(/^\[FATAL tini \(\d+\)\] exec (.+) failed: (.+)$/gm)) {
    // The program may print such a line itself. Nothing but what is known before it runs goes into the sentence.
    if (name !== program || !EXEC_ERRORS.includes(reason)) continue;
    return submissionError(
      'START_FAILED',
      `The container could not be started: exec ${program.slice(0, 300)} failed: ${reason}.`,
    );
  }
  return null;
}

/** What execve(2) answers, in the C library's words. */
const EXEC_ERRORS: readonly string[] = [
  'No such file or directory',
  'Permission denied',
  'Exec format error',
  'Is a directory',
  'Not a directory',
  'Operation not permitted',
  'Too many levels of symbolic links',
  'Argument list too long',
  'File name too long',
  'Invalid argument',
  'Cannot allocate memory',
  'Accessing a corrupted shared library',
  'Text file busy',
];

function exitMessage(exitCode: number): string {
  const signal = SIGNALS[exitCode - 128];
  return signal ? `The program was ended by ${signal}.` : `The program ended with exit code ${exitCode}.`;
}

const SIGNALS: Readonly<Record<number, string>> = {
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
  31: 'SIGSYS',
};

function submissionError(code: SubmissionErrorCode, message: string): Verdict {
  return { kind: 'submissionError', code, message };
}
