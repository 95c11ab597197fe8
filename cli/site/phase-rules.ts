import { CommandError, UsageError } from '#cli/command.ts';
import { callSite } from '#cli/site/call-site.ts';
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
  const route = ROUTES.readChallenge;
  const url = new URL(routeAddress(route, { slug: challenge }), site);
  const { phaseRules } = await callSite({ route, url });
  const rules = phaseRules.find(({ phaseSlug }) => phaseSlug === phase);
  if (rules) return rules;
  const known = phaseRules.map(({ phaseSlug }) => phaseSlug).join(', ');
  throw new CommandError(`${challenge} has no phase "${phase}", only ${known}.`);
}
