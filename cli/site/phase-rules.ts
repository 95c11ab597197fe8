import { CommandError, UsageError } from '#cli/command.ts';
import { sendJson } from '#cli/site/send-json.ts';
import { siteAnswer } from '#cli/site/site-answer.ts';
import { parsePhase, parseSite } from '#cli/site/site-options.ts';
import type { PhaseRules } from '#lib/api/phase-rules.ts';
import { ROUTES, routeAddress } from '#lib/api/routes.ts';

/**
 * The rules of the phase that `--phase` and `--site` name; null if no phase is named. Throws UsageError and
 * CommandError.
 */
export async function readPhaseRules({
  phase,
  site,
}: {
  phase?: string | undefined;
  site?: string | undefined;
}): Promise<PhaseRules | null> {
  if (phase !== undefined) return fetchPhaseRules(parseSite(site), parsePhase(phase));
  if (site !== undefined) throw new UsageError('--site needs --phase CHALLENGE/PHASE.');
  return null;
}

/** The rules of a phase, as its site publishes them. Throws CommandError. */
async function fetchPhaseRules(
  site: URL,
  { challenge, phase }: { challenge: string; phase: string },
): Promise<PhaseRules> {
  const url = new URL(routeAddress(ROUTES.readChallenge, { slug: challenge }), site);
  const { status, text } = await sendJson({ route: ROUTES.readChallenge, url });
  const { phaseRules } = siteAnswer(url, ROUTES.readChallenge, status, text);
  const rules = phaseRules.find(({ phaseSlug }) => phaseSlug === phase);
  if (rules) return rules;
  const known = phaseRules.map(({ phaseSlug }) => phaseSlug).join(', ');
  throw new CommandError(`${challenge} has no phase "${phase}", only ${known}.`);
}
