import { UsageError } from '#cli/command.ts';

/** `--phase CHALLENGE/PHASE`. Throws UsageError. */
export function parsePhase(text: string | undefined): { challenge: string; phase: string } {
  if (text === undefined) throw new UsageError('--phase CHALLENGE/PHASE is missing.');
  const [challenge, phase, ...more] = text.split('/');
  if (challenge && phase && more.length === 0) return { challenge, phase };
  throw new UsageError(`--phase is CHALLENGE/PHASE, as in stroke-t1-2026/test, not "${text}".`);
}

/** `--site URL`, else HELDOUT_SITE, else where `npm start` serves. Throws UsageError. */
export function parseSite(text: string | undefined): URL {
  const site = text ?? (process.env['HELDOUT_SITE'] || 'http://127.0.0.1:3000');
  if (!/^https?:/.test(site) || !URL.canParse(site)) {
    throw new UsageError(`"${site}" is no site's address: http://… or https://…`);
  }
  return new URL(site);
}
