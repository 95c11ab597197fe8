import { CHALLENGE_TEMPLATES, templateOf } from '#examples/challenges/templates.ts';
import type { NewChallengeView, StartChallengeRequest } from '#lib/api/challenges/start.ts';
import { startChallengeRequestSchema } from '#lib/api/challenges/start.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { postponePhases } from '#lib/domain/challenges/postpone.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { ChallengeDefinition } from '#lib/domain/phases/phase.ts';
import { authorize, may } from '#lib/site/authorization.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { createChallenge } from './create-challenge.ts';
import { readDefinition } from './edit-challenge.ts';
import { readSharedChallenges } from './find-challenge.ts';

/** What a new challenge can start from: the templates, and the challenges whose definition the viewer may read. */
export async function newChallengeView(site: Site, viewer: Viewer | null): Promise<NewChallengeView> {
  authorize('challenge.create', viewer);
  const challenges = await readSharedChallenges(site);
  return {
    templates: CHALLENGE_TEMPLATES.map(({ name, summary }) => ({ name, summary })),
    challenges: challenges
      .filter((challenge) => may('challenge.readDefinition', viewer, { challenge }))
      .map(({ slug, title }) => ({ slug, title })),
  };
}

/**
 * Creates a draft from a template or as a copy of another challenge: its texts, logo, rules and phases, but no test sets,
 * scorers, organizers or teams. Its phases open a week from now at the earliest.
 */
export async function startChallenge(
  site: Site,
  input: unknown,
  viewer: Viewer | null,
  key: string | null = null,
): Promise<{ slug: string }> {
  authorize('challenge.create', viewer);
  const request = parseInput(startChallengeRequestSchema, input);
  const { definition: origin, ...copied } = await originOf(site, request, viewer);
  const { phases, ...texts } = origin;
  const { slug, title } = request;
  const definition: ChallengeDefinition = {
    ...{ ...texts, slug, title, visibility: 'DRAFT' },
    phases: postponePhases(phases, site.now()),
  };
  return createChallenge(site, definition, viewer, key, { payload: request, ...copied });
}

async function originOf(
  site: Site,
  { source }: StartChallengeRequest,
  viewer: Viewer | null,
): Promise<{ definition: ChallengeDefinition; copyOf?: string }> {
  const [, kind, name = ''] = /^(template|copy):(.*)$/.exec(source) ?? [];
  if (kind === 'copy') {
    const { definition } = await readDefinition(site, name, viewer);
    return { definition, copyOf: name };
  }
  const template = kind === 'template' ? templateOf(name) : null;
  if (template) return { definition: template.define(site.now()) };
  const message = 'Choose a template or a challenge to copy.';
  throw new DomainError('INVALID', message, { source: message });
}
