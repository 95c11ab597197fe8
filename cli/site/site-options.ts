import { UsageError } from '#cli/command.ts';

/** `--phase CHALLENGE/PHASE`. Throws UsageError. */
export function parsePhase(text: string | undefined): { challenge: string; phase: string } {
  if (text === undefined) throw new UsageError('--phase CHALLENGE/PHASE is missing.');
  const [challenge, phase, ...more] = text.split('/');
  if (challenge && phase && more.length === 0) return { challenge, phase };
  throw new UsageError(`--phase must be CHALLENGE/PHASE, for example stroke-t1-2026/test, not "${text}".`);
}

/** `--site URL`, else HELDOUT_SITE, else the default address of `npm start`. Throws UsageError. */
export function parseSite(text: string | undefined): URL {
  const site = text ?? (process.env['HELDOUT_SITE'] || 'http://127.0.0.1:3000');
  if (!/^https?:/.test(site) || !URL.canParse(site)) {
    throw new UsageError(`"${site}" isn’t a site address. Use http://… or https://…`);
  }
  return new URL(site);
}

/** `--token TOKEN`, else HELDOUT_TOKEN. Throws UsageError. */
export function parseToken(text: string | undefined, whose: string): string {
  const token = text ?? process.env['HELDOUT_TOKEN'];
  if (!token) throw new UsageError(`${whose} API token is missing: --token or HELDOUT_TOKEN.`);
  return token;
}
