import type { z } from 'zod';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import {
  type Registration,
  registerTeamRequestSchema,
  registerTeamResponseSchema,
} from '#lib/api/teams/teams.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { type Answer, readAnswers } from '#lib/domain/registrations/questions.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorizeForLockedTeam, authorizeForTeam } from '#lib/site/authorization.ts';
import { type Challenge, findChallenge } from '#lib/site/challenges/find-challenge.ts';
import { createOnce } from '#lib/site/create-once.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import {
  orOneTeam,
  requireAdmission,
  requireFreeToEnter,
  requireSize,
} from '#lib/site/teams/participation.ts';
import { type LockedTeam, lockTeam } from '#lib/site/teams/team-lock.ts';
import { recordAcceptance, requireCurrentTerms } from './terms.ts';

/**
 * Registers a team for a challenge, or puts it in the queue of the organizers. While it is registered or waits,
 * registering it again changes nothing; a team that was declined asks again.
 */
export async function registerTeam(
  site: Site,
  challengeSlug: string,
  input: unknown,
  viewer: Viewer | null,
  key: string | null = null,
): Promise<Registration> {
  const { team, answers: given, terms } = parseInput(registerTeamRequestSchema, input);
  const { viewer: known } = authorizeForTeam('team.register', viewer, team);
  const challenge = await findChallenge(site, challengeSlug, viewer);
  const creation = {
    userId: known.userId,
    key,
    operation: 'team.register',
    payload: { challenge: challengeSlug, team, answers: given, terms },
    result: registerTeamResponseSchema.shape.registration,
  };
  const creating = createOnce(site, creation, async (tx) => {
    const locked = await lockTeam(tx, team);
    authorizeForLockedTeam('team.register', known, locked);
    const where = { challengeId_teamId: { challengeId: challenge.id, teamId: locked.id } };
    const found = await tx.registration.findUnique({ where });
    const waiting = found && found.state !== 'DECLINED' ? found.state : null;
    const state = waiting ?? (await enter(tx, { challenge, team: locked, given, terms, viewer: known }));
    return { challenge: challengeSlug, team, state };
  });
  const created = await orOneTeam(creating);
  site.shared.forget();
  return created;
}

interface Entering {
  challenge: Challenge;
  team: LockedTeam;
  given: z.output<typeof registerTeamRequestSchema>['answers'];
  /** The version that the team accepts. */
  terms: number | null;
  viewer: Viewer;
}

/** Says everything that is missing, and registers the team if nothing is. */
async function enter(
  tx: Transaction,
  { challenge, team, given, terms, viewer }: Entering,
): Promise<'APPROVED' | 'PENDING'> {
  const { id: challengeId } = challenge;
  const viewerId = viewer.userId;
  requireSize(team.members.length, [challenge]);
  const userIds = team.members.map((member) => member.userId);
  await requireFreeToEnter(tx, { userIds, challengeIds: [challengeId], teamIds: [team.id], viewerId });
  const state = await requireAdmission(tx, { userIds, challenges: [challenge], viewerId });
  const answers = requireAnswers(challenge, given);
  requireCurrentTerms(challenge, terms);
  await tx.registration.upsert({
    where: { challengeId_teamId: { challengeId, teamId: team.id } },
    create: { challengeId, teamId: team.id, state, answers },
    update: { state, answers, reason: '', decidedAt: null },
  });
  await recordAcceptance(tx, challenge, { teamId: team.id, userId: viewerId });
  await recordAudit(tx, viewer, 'team.register', challengeId, { team: team.slug, state, terms });
  return state;
}

function requireAnswers({ registrationQuestions }: Challenge, given: Entering['given']): Answer[] {
  const { answers, problems } = readAnswers(registrationQuestions, given);
  const fields = Object.entries(problems).map(([id, problem]) => [`answers.${id}`, problem] as const);
  if (fields.length === 0) return answers;
  throw new DomainError(
    'INVALID',
    'Some questions of the organizers aren’t answered.',
    Object.fromEntries(fields),
  );
}
