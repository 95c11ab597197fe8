import { z } from 'zod';
import { CommandError } from '#cli/command.ts';
import { siteAnswer } from '#cli/site/site-answer.ts';
import { containerRulesSchema } from '#lib/domain/phases/rules.ts';
import type { ContainerRules } from '#lib/domain/phases/settings.ts';

const ANSWER_LIMIT_MS = 30_000;

const challengeSchema = z.object({
  phaseRules: z.array(containerRulesSchema.extend({ phaseSlug: z.string() })),
});

/** The rules by which a phase runs containers, as its site publishes them. Throws CommandError. */
export async function fetchPhaseRules(
  site: URL,
  { challenge, phase }: { challenge: string; phase: string },
): Promise<ContainerRules> {
  const url = new URL(`/api/v1/challenges/${encodeURIComponent(challenge)}`, site);
  const { status, text } = await get(url);
  const parsed = challengeSchema.safeParse(siteAnswer(url, status, text));
  if (!parsed.success) {
    throw new CommandError(`${url} answers in another way than this version of heldout knows: update it.`);
  }
  const { phaseRules } = parsed.data;
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
