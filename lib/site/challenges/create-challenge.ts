import { createChallengeResponseSchema } from '#lib/api/challenges.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { challengeDefinitionSchema } from '#lib/domain/phases/phase.ts';
import { isUniqueViolation } from '#lib/platform/database.ts';
import { phaseToRow } from '#lib/platform/rows/phase.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { createOnce } from '#lib/site/create-once.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import { storeTerms } from '#lib/site/registrations/terms.ts';
import type { Site } from '#lib/site/site.ts';
import { copyLogo } from './logo.ts';

/** Their consoles would be at the addresses of other pages. */
const RESERVED_SLUGS = ['new', 'invitations'];

interface Origin {
  /** What was asked for, if the definition was made from it at this time. */
  payload?: unknown;
  /** The slug of the challenge that it has the logo of. */
  copyOf?: string;
}

/** Creates a challenge. Only for administrators; the administrator becomes its organizer. */
export async function createChallenge(
  site: Site,
  input: unknown,
  viewer: Viewer | null,
  key: string | null = null,
  { payload, copyOf }: Origin = {},
): Promise<{ slug: string }> {
  const administrator = authorize('challenge.create', viewer);
  const definition = parseInput(challengeDefinitionSchema, input);
  if (RESERVED_SLUGS.includes(definition.slug)) throw taken(definition.slug);
  const { phases, ...rest } = definition;
  const creation = {
    userId: administrator.userId,
    key,
    operation: 'challenge.create',
    payload: payload ?? definition,
    result: createChallengeResponseSchema.shape.challenge,
  };
  try {
    const created = await createOnce(site, creation, async (tx) => {
      const { id } = await tx.challenge.create({
        data: {
          ...rest,
          organizers: { create: { userId: administrator.userId, role: 'OWNER' } },
          phases: { create: phases.map((phase, position) => ({ ...phaseToRow(phase), position })) },
        },
      });
      await storeTerms(tx, { id, terms: null, termsVersion: 0 }, rest.terms);
      if (copyOf !== undefined) await copyLogo(tx, copyOf, id);
      await recordAudit(tx, administrator, 'challenge.create', id, { phases: phases.length });
      return { slug: rest.slug };
    });
    site.shared.forget();
    return created;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw taken(rest.slug);
  }
}

function taken(slug: string): DomainError {
  return new DomainError('CONFLICT', `There is a challenge "${slug}".`, {
    slug: 'Taken. Choose another one.',
  });
}
