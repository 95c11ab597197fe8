import { CommandError } from '#cli/command.ts';
import { siteAnswer } from '#cli/site/site-answer.ts';
import type { PhaseRules } from '#lib/api/phase-rules.ts';
import { ROUTES, routeAddress } from '#lib/api/routes.ts';

const ANSWER_LIMIT_MS = 30_000;

/** The rules of a phase, as its site publishes them. Throws CommandError. */
export async function fetchPhaseRules(
  site: URL,
  { challenge, phase }: { challenge: string; phase: string },
): Promise<PhaseRules> {
  const url = new URL(routeAddress(ROUTES.readChallenge, { slug: challenge }), site);
  const { status, text } = await get(url);
  const { phaseRules } = siteAnswer(url, ROUTES.readChallenge, status, text);
  const rules = phaseRules.find(({ phaseSlug }) => phaseSlug === phase);
  if (rules) return rules;
  const known = phaseRules.map(({ phaseSlug }) => phaseSlug).join(', ');
  throw new CommandError(`${challenge} has no phase "${phase}", only ${known}.`);
}

async function get(url: URL): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    const { cause, message } = error as Error;
    const why = cause instanceof Error && cause.message !== '' ? cause.message : message;
    throw new CommandError(`${url.origin} can't be reached (${why}). --site says where the site is.`);
  }
}
