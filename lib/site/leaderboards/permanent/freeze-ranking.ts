import type { Viewer } from '#lib/api/pages/viewer.ts';
import { isSealed, leavesOutHeldBack } from '#lib/domain/disclosure/disclosure.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { counted } from '#lib/domain/units.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { notifyScoresChanged } from '#lib/platform/notifications.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { type Challenge, findChallenge, findPhase } from '#lib/site/challenges/find-challenge.ts';
import type { PhaseWithTestSet } from '#lib/site/challenges/phase-view.ts';
import type { Site } from '#lib/site/site.ts';
import { type KeptRanking, type PhaseAddress, rankingAddress } from './keep-ranking.ts';
import { composeCurrent, storeRanking } from './store-ranking.ts';

/** Called in the transaction of the change; throws if it isn't agreed upon. */
export type Confirm = (tx: Transaction, challenge: Challenge) => void | Promise<void>;

/**
 * Declares the ranking of a closed phase final: the leaderboard shows it from now on, whatever is scored, withdrawn or
 * excluded later, and it gets a permanent link, which is returned. For organizers.
 *
 * Throws CONFLICT while the phase is open or evaluations run, if it has no entries, or if it is final already.
 */
export async function freezeRanking(
  site: Site,
  { challenge: slug, phase: phaseSlug }: PhaseAddress,
  viewer: Viewer | null,
  confirm: Confirm = requireOneOrganizer,
): Promise<KeptRanking> {
  const challenge = await findChallenge(site, slug, viewer);
  const organizer = authorize('ranking.freeze', viewer, { challenge });
  const phase = findPhase(challenge, phaseSlug);
  await requireEnd(site, phase);
  requireRevealed(phase);
  const { ranking, scoresVersion } = await composeCurrent(site, { challenge, phase });
  const { id, checksum } = await storeRanking(site, phase.id, ranking);
  await site.db.$transaction(async (tx) => {
    // An evaluation that ends now changes the row, so it waits or has changed the version.
    const [now] = await tx.$queryRaw<{ scoresVersion: number }[]>`
      SELECT "scoresVersion" FROM "Phase" WHERE id = ${phase.id}::uuid FOR UPDATE`;
    const { count } = await tx.rankingSnapshot.updateMany({
      where: { phaseId: phase.id, frozenAt: null, scoresVersion },
      data: { frozenAt: site.now(), finalId: id },
    });
    if (count === 0 || now?.scoresVersion !== scoresVersion) {
      throw new DomainError(
        'CONFLICT',
        'The ranking is final already, or has just changed. Reload the page to see it.',
      );
    }
    await confirm(tx, challenge);
    await recordAudit(tx, organizer, 'ranking.freeze', challenge.id, { phase: phase.slug, ranking: id });
  });
  site.shared.forget();
  return { id, checksum, url: rankingAddress(site, challenge.slug, id) };
}

/** The ranking changes with the scores again. Its permanent link stays. For organizers. Throws CONFLICT. */
export async function unfreezeRanking(
  site: Site,
  { challenge: slug, phase: phaseSlug }: PhaseAddress,
  viewer: Viewer | null,
  confirm: Confirm = requireOneOrganizer,
): Promise<void> {
  const challenge = await findChallenge(site, slug, viewer);
  const organizer = authorize('ranking.freeze', viewer, { challenge });
  const phase = findPhase(challenge, phaseSlug);
  await site.db.$transaction(async (tx) => {
    const { count } = await tx.rankingSnapshot.updateMany({
      where: { phaseId: phase.id, frozenAt: { not: null } },
      data: { frozenAt: null, finalId: null },
    });
    if (count === 0) throw new DomainError('CONFLICT', 'The ranking isn’t final. Reload the page to see it.');
    await confirm(tx, challenge);
    await notifyScoresChanged(tx, phase.id);
    await recordAudit(tx, organizer, 'ranking.unfreeze', challenge.id, { phase: phase.slug });
  });
  site.shared.forget();
}

function requireOneOrganizer(_tx: Transaction, { requiresTwoOrganizers }: Challenge): void {
  if (!requiresTwoOrganizers) return;
  throw new DomainError(
    'CONFLICT',
    'In this challenge, two organizers decide about results. Request it in the console under Results; another organizer confirms it there.',
  );
}

/** Throws CONFLICT while results aren't revealed: a final ranking is public. */
function requireRevealed(phase: PhaseWithTestSet): void {
  if (isSealed(phase) || leavesOutHeldBack(phase)) {
    throw new DomainError(
      'CONFLICT',
      'The results aren’t revealed, and a final ranking is public and on all cases. Reveal the results first.',
    );
  }
}

/** Throws CONFLICT while scores may still be added to a phase. */
export async function requireEnd({ db, now }: Site, phase: PhaseWithTestSet): Promise<void> {
  const { id, closesAt } = phase;
  if (now() < closesAt) {
    throw new DomainError('CONFLICT', 'The phase is still open. Freeze its ranking after it has closed.');
  }
  const active = await db.evaluation.count({
    where: { submission: { phaseId: id }, state: { in: ['QUEUED', 'RUNNING'] } },
  });
  if (active > 0) {
    throw new DomainError(
      'CONFLICT',
      `${counted(active, 'evaluation')} of the phase ${active === 1 ? 'hasn’t' : 'haven’t'} ended. Freeze the ranking when all have.`,
    );
  }
}
