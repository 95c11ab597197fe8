import type { Viewer } from '#lib/api/pages/viewer.ts';
import { type ChangedTeam, dissolveTeamRequestSchema } from '#lib/api/teams/teams.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { teamDissolved } from '#lib/site/mail/templates/team.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import type { Site } from '#lib/site/site.ts';
import { cancelEvaluation, findActiveEvaluations } from '#lib/site/submissions/cancel-submission.ts';
import { changeTeam, recordTeamAudit } from './team-lock.ts';
import { mailPeople, teamLink } from './team-mail.ts';

/**
 * Dissolves a team, for its owner. Its scored submissions stay where they are published, and its name stays taken.
 * What is queued or running is cancelled, because nobody is left to read it.
 */
export async function dissolveTeam(
  site: Site,
  slug: string,
  input: unknown,
  viewer: Viewer | null,
): Promise<ChangedTeam> {
  const { name } = parseInput(dissolveTeamRequestSchema, input);
  const dissolved = await changeTeam(
    site,
    { action: 'team.dissolve', slug, viewer },
    async (tx, team, known) => {
      if (name !== team.name) {
        const message = `Enter the team’s name, ${team.name}, to confirm.`;
        throw new DomainError('INVALID', message, { name: message });
      }
      const active = await findActiveEvaluations(tx, team.id);
      for (const evaluation of active) await cancelEvaluation(site, tx, evaluation);
      await recordTeamAudit(tx, known, 'team.dissolve', team, { cancelled: active.length });
      const others = team.members.map(({ userId }) => userId).filter((userId) => userId !== known.userId);
      const url = teamLink(site, slug);
      await mailPeople(site, tx, others, teamDissolved({ team: team.name, by: known.name, url }));
      await endTeam(tx, team.id, { now: site.now(), mergedIntoId: null });
      // Where it has submitted nothing, it doesn’t count as a team of the challenge.
      await tx.registration.deleteMany({
        where: {
          teamId: team.id,
          challenge: { phases: { none: { submissions: { some: { teamId: team.id } } } } },
        },
      });
    },
  );
  site.shared.forget();
  return dissolved;
}

/** Ends the memberships, invitations and requests of a locked team. */
export async function endTeam(
  tx: Transaction,
  teamId: string,
  { now, mergedIntoId }: { now: Date; mergedIntoId: string | null },
): Promise<void> {
  await tx.membership.deleteMany({ where: { teamId } });
  await tx.invitation.updateMany({ where: { teamId, revokedAt: null }, data: { revokedAt: now } });
  const declined = { state: 'DECLINED', decidedAt: now } as const;
  const reason = mergedIntoId ? 'The team has merged into another one.' : 'The team has been dissolved.';
  await tx.joinRequest.updateMany({ where: { teamId, state: 'PENDING' }, data: { ...declined, reason } });
  await tx.mergeRequest.updateMany({
    where: { state: 'PENDING', OR: [{ fromTeamId: teamId }, { intoTeamId: teamId }] },
    data: declined,
  });
  await tx.team.update({ where: { id: teamId }, data: { dissolvedAt: now, mergedIntoId } });
}
