import { isCi } from '#scripts/setup/consent.mjs';

/**
 * Decides whether tests are skipped because a tool is missing. `reason` says which tool and how to install
 * it, or is null. On a developer's machine, tests are skipped with a message; in CI, the file fails.
 */
export function skipWithout(what: string, reason: string | null, environment = process.env): boolean {
  if (reason === null) return false;
  const message = `${what} is NOT tested: ${reason}.`;
  if (isCi(environment)) throw new Error(message);
  console.warn(`\n*** ${message}\n`);
  return true;
}
