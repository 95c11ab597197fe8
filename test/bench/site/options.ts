import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Seeds the database even if a seeded one is kept. */
  fresh: boolean;
  /** Names of the measurements to make. */
  only: readonly string[];
  /** How long each is measured. */
  seconds: number;
  /** Folder for a CPU profile of the site; null for none. */
  profile: string | null;
}

export const DEFAULT_SECONDS = 10;

export const USAGE = `npm run bench:site [-- OPTION…]

  --fresh            seeds the database again
  --only NAME,…      makes only these measurements
  --seconds N        measures each for N seconds (${DEFAULT_SECONDS})
  --profile FOLDER   writes a CPU profile of the site into this folder`;

/**
 * @param names of all measurements.
 * @throws Error that says what is wrong with the arguments.
 */
export function parseBenchOptions(args: readonly string[], names: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      fresh: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      seconds: { type: 'string', default: String(DEFAULT_SECONDS) },
      profile: { type: 'string' },
    },
  });
  const only = values.only.flatMap((text) => text.split(',')).map((name) => name.trim());
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new Error(`There is no measurement ${unknown.join(', ')}. Choose from: ${names.join(', ')}.`);
  }
  const seconds = Number(values.seconds);
  if (!Number.isInteger(seconds) || seconds < 1) {
    throw new Error(`--seconds takes a whole number from 1, not ${values.seconds}.`);
  }
  return {
    fresh: values.fresh,
    only: only.length > 0 ? only : names,
    seconds,
    profile: values.profile ?? null,
  };
}
