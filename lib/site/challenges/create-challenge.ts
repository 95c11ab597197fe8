import type { Viewer } from '#lib/api/views.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { isMetricName, METRICS } from '#lib/domain/metrics/metrics.ts';
import {
  type ChallengeDefinition,
  challengeDefinitionSchema,
  type PhaseDefinition,
} from '#lib/domain/phases/phase.ts';
import { isUniqueViolation } from '#lib/platform/database.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { requireAdministrator } from './find-challenge.ts';

/** By an administrator, who becomes its organizer. */
export async function createChallenge(
  site: Site,
  input: unknown,
  viewer: Viewer | null,
): Promise<{ slug: string }> {
  const administrator = requireAdministrator(viewer);
  const definition = parseInput(challengeDefinitionSchema, input);
  requireSoundPhases(definition);
  const { phases, citation = null, ...rest } = definition;
  try {
    await site.db.$transaction(async (tx) => {
      const { id } = await tx.challenge.create({
        data: {
          ...rest,
          citation,
          organizers: { create: { userId: administrator.userId } },
          phases: { create: phases.map((phase, position) => ({ ...phase, position })) },
        },
      });
      await recordAudit(tx, administrator, 'challenge.create', id, { phases: phases.length });
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new DomainError('CONFLICT', `There is a challenge "${rest.slug}".`, { slug: 'Taken.' });
  }
  return { slug: rest.slug };
}

function requireSoundPhases({ phases }: ChallengeDefinition): void {
  const fields: Record<string, string> = {};
  const slugs = phases.map(({ slug }) => slug);
  phases.forEach((phase, index) => {
    if (slugs.indexOf(phase.slug) !== index) fields[`phases.${index}.slug`] = 'Another phase has it.';
    const problem = metricsProblem(phase);
    if (problem) fields[`phases.${index}.metrics`] = problem;
  });
  const [first] = Object.entries(fields);
  if (first) throw new DomainError('INVALID', `${first[0]}: ${first[1]}`, fields);
}

function metricsProblem({ metrics, takesProbabilityMaps }: PhaseDefinition): string | null {
  const names = metrics.map(({ metric }) => metric);
  const unknown = names.find((name) => !isMetricName(name));
  if (unknown !== undefined) return `No metric is called "${unknown}".`;
  if (new Set(names).size < names.length) return 'A metric is named twice.';
  if (!metrics.some(({ weight }) => weight > 0)) return 'At least one metric needs a weight above 0.';
  const ranksByMaps = metrics.some(
    ({ metric, weight }, place) => (weight > 0 || place === 0) && needsMaps(metric),
  );
  if (ranksByMaps && !takesProbabilityMaps) {
    return 'pr_auc has a value only where the phase takes probability maps: set takesProbabilityMaps, or give it no weight and not the first place.';
  }
  return null;
}

function needsMaps(metric: string): boolean {
  return isMetricName(metric) && METRICS[metric].undefinedWhere === 'noMaps';
}
