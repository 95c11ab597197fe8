import { type Logger, pino } from 'pino';

export type { Logger };

/**
 * The runner's log: one JSON object a line. It names evaluations and case numbers; it never holds an
 * organizer's case name, a path of a hidden file or a byte of a container's output.
 */
export function openLog(level: string, runner: string): Logger {
  return pino({ level, base: { runner }, redact: ['decrypter', '*.decrypter'] });
}
