import { type Logger, pino } from 'pino';

export type { Logger };

/**
 * The runner's log: one JSON object per line. It contains evaluation IDs and case numbers, but never an
 * organizer's case name, a path of a hidden file or a container's output.
 */
export function openLog(level: string, runner: string): Logger {
  return pino({ level, base: { runner }, redact: ['decrypter', '*.decrypter'] });
}
