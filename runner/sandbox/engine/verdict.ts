import type { SubmissionErrorCode } from '#lib/domain/evaluations/codes.ts';
import type { RunFacts } from '#runner/types.ts';

/** The observed facts about a container that has ended. */
export interface Ending {
  /** The program that the image starts. */
  program: string;
  exitCode: number;
  /** We killed it at the wall-time limit. */
  timedOut: boolean;
  timeLimitSeconds: number;
  /**
   * The kernel killed one of its processes at the memory limit; the exit code may be anything, including 0.
   */
  oomKilled: boolean;
  memoryMib: number;
  refusedForks: number;
  pidsLimit: number;
  outputFull: boolean;
  outputMib: number;
  log: string;
}

/**
 * Killed by an unknown sender: exit code 137 without our kill and without the memory limit. Either the host
 * or the container itself sent SIGKILL, so it is retried once before the submission is blamed.
 */
export type UnknownKill = { kind: 'killed' } & RunFacts;

export type Verdict =
  | { kind: 'collect' }
  | { kind: 'killed' }
  | { kind: 'submissionError'; code: SubmissionErrorCode; message: string };

/**
 * Decides whether an ending is a submission error, before anything is collected. Limits are checked first,
 * because hitting a limit explains a failure better than the exit code or the hang that it caused. A program
 * that hit a limit, recovered and exited normally is not blamed.
 */
export function judgeEnding(ending: Ending): Verdict {
  const { exitCode, timedOut } = ending;
  if (exitCode === 0 && !timedOut) return { kind: 'collect' };
  const limit = limitError(ending);
  if (limit) return limit;
  if (timedOut) {
    return submissionError(
      'TIME_LIMIT',
      `Still working at the time limit of ${ending.timeLimitSeconds} s, so the container was stopped.`,
    );
  }
  const start = startFailure(ending);
  if (start) return start;
  // SIGKILL from an unknown sender: the host, or one of the container's own processes.
  if (exitCode === 137) return { kind: 'killed' };
  return submissionError('EXIT_NONZERO', exitMessage(exitCode));
}

/**
 * The program exited normally but left no mask: a limit that it hit is the reason. `missing` names what was
 * expected.
 */
export function judgeMissingOutput(ending: Ending, missing: string): Verdict {
  return limitError(ending) ?? submissionError('NO_OUTPUT', `The program wrote no ${missing}.`);
}

/** Killed by an unknown sender again on the retry: the container can send SIGKILL to itself. */
export function repeatedKill(): Extract<Verdict, { kind: 'submissionError' }> {
  return { kind: 'submissionError', code: 'EXIT_NONZERO', message: 'The program was killed by SIGKILL.' };
}

/** The answer of a live container's server to POST /invoke. */
export type Reply = { status: number } | { failure: 'closed' | 'silent' | 'malformed' };

/** A server that answers 201 has written its mask, even if it hit a limit before. */
export function judgeReply(reply: Reply, ending: Ending): Verdict {
  if ('status' in reply && reply.status === 201) return { kind: 'collect' };
  return limitError(ending) ?? submissionError('EXIT_NONZERO', replyMessage(reply));
}

function replyMessage(reply: Reply): string {
  if ('status' in reply) return `The server answered POST /invoke with ${reply.status} instead of 201.`;
  return reply.failure === 'malformed'
    ? 'The server’s answer to POST /invoke is not HTTP.'
    : 'The server closed the connection without answering POST /invoke.';
}

/** Judges a server that ended, by itself or at the limit, before it was healthy. */
export function judgeStart(ending: Ending): Verdict {
  if (ending.timedOut) {
    return (
      limitError(ending) ??
      submissionError(
        'HEALTH_TIMEOUT',
        `The server did not answer GET /health on port 4743 with 200 within ${ending.timeLimitSeconds} s.`,
      )
    );
  }
  const verdict = judgeServerEnding(ending);
  if (verdict.kind !== 'submissionError' || verdict.code !== 'EXIT_NONZERO') return verdict;
  return { ...verdict, message: `${verdict.message} It had not yet answered GET /health with 200.` };
}

/** Judges a server that ended during a case. */
export function judgeServerEnding(ending: Ending): Verdict {
  const verdict = judgeEnding(ending);
  return verdict.kind === 'collect' ? submissionError('EXIT_NONZERO', EARLY_END) : verdict;
}

const EARLY_END = 'The server ended with exit code 0. It must run until it is stopped.';

function limitError(ending: Ending): Verdict | null {
  const stillWorking = ending.timedOut ? ', and was still working at the time limit' : '';
  if (ending.oomKilled) {
    return submissionError(
      'OUT_OF_MEMORY',
      `A process was killed at the memory limit of ${ending.memoryMib} MiB${stillWorking}.`,
    );
  }
  if (ending.outputFull) {
    return submissionError(
      'OUTPUT_TOO_LARGE',
      `/output was full: it holds ${ending.outputMib} MiB and a limited number of files${stillWorking}.`,
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
 * The engine's init is process 1 and starts the program. If it can't, it writes the reason to the log and
 * exits with 126 or 127, like a shell.
 */
function startFailure({ exitCode, log, program }: Ending): Verdict | null {
  if (exitCode !== 126 && exitCode !== 127) return null;
  for (const [, name, reason = ''] of log.matchAll(/^\[FATAL tini \(\d+\)\] exec (.+) failed: (.+)$/gm)) {
    // The program may print such a line itself, so only text known before it runs enters the message.
    if (name !== program || !EXEC_ERRORS.includes(reason)) continue;
    return submissionError(
      'START_FAILED',
      `The container could not be started: exec ${program.slice(0, 300)} failed: ${reason}.`,
    );
  }
  return null;
}

/** Errors of execve(2) as the C library words them. */
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
  return signal ? `The program was killed by ${signal}.` : `The program exited with code ${exitCode}.`;
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
