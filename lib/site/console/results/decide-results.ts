import { z } from 'zod';
import { RESULT_DECISIONS, type ResultDecision } from '#lib/api/pages/organizer/results.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Transaction } from '#lib/platform/database.ts';
import { recordAudit } from '#lib/site/audit/audit.ts';
import { authorize } from '#lib/site/authorization.ts';
import { type Challenge, findChallenge, findPhase } from '#lib/site/challenges/find-challenge.ts';
import type { PhaseWithTestSet } from '#lib/site/challenges/phase-view.ts';
import {
  type Confirm,
  freezeRanking,
  requireEnd,
  unfreezeRanking,
} from '#lib/site/leaderboards/permanent/freeze-ranking.ts';
import type { Site } from '#lib/site/site.ts';
import { keepsResultsBack, revealResults } from './reveal-results.ts';

/**
 * Decisions about results are made in two steps: an organizer requests one, and it is confirmed or withdrawn. Where the
 * challenge requires two organizers, another one confirms.
 */

interface Place {
  challenge: string;
  phase: string;
}

type Perform = (site: Site, place: Place, viewer: Viewer | null, confirm: Confirm) => Promise<unknown>;

const PERFORM: Readonly<Record<ResultDecision, Perform>> = {
  FREEZE: freezeRanking,
  UNFREEZE: unfreezeRanking,
  REVEAL: revealResults,
};

/** Does nothing if the same is requested already. Throws CONFLICT, FORBIDDEN. */
export async function requestDecision(
  site: Site,
  { challenge: slug, phase: phaseSlug }: Place,
  input: unknown,
  viewer: Viewer | null,
): Promise<void> {
  const challenge = await findChallenge(site, slug, viewer);
  const organizer = authorize('ranking.freeze', viewer, { challenge });
  const phase = findPhase(challenge, phaseSlug);
  const kind = z.enum(RESULT_DECISIONS).parse(input);
  if (kind !== 'UNFREEZE') await requireEnd(site, phase);
  requireOrder(phase, kind);
  await site.db.$transaction(async (tx) => {
    await requireChange(tx, phase.id, kind);
    const data = {
      ...{ phaseId: phase.id, kind, requestedById: organizer.userId, createdAt: site.now() },
      needsTwo: challenge.requiresTwoOrganizers,
    };
    // Of two at once, the index refuses the second.
    const { count } = await tx.phaseDecision.createMany({ data, skipDuplicates: true });
    if (count === 0) return;
    const detail = { phase: phase.slug, decision: kind.toLowerCase() };
    await recordAudit(tx, organizer, 'result.request', challenge.id, detail);
  });
}

/** Results are revealed before they are final. */
function requireOrder(phase: PhaseWithTestSet, kind: ResultDecision): void {
  if (keepsResultsBack(phase) === (kind === 'REVEAL')) return;
  throw new DomainError(
    'CONFLICT',
    kind === 'REVEAL' ? 'This phase keeps no results back.' : 'Reveal the results of the phase first.',
  );
}

async function requireChange(tx: Transaction, phaseId: string, kind: ResultDecision): Promise<void> {
  if (kind === 'REVEAL') return;
  const snapshot = await tx.rankingSnapshot.findUnique({ where: { phaseId }, select: { frozenAt: true } });
  const isFrozen = Boolean(snapshot?.frozenAt);
  if (isFrozen === (kind === 'UNFREEZE')) return;
  throw new DomainError(
    'CONFLICT',
    isFrozen ? 'The ranking is final already.' : 'The ranking isn’t final, so there is nothing to undo.',
  );
}

/** Does what was requested. Throws CONFLICT if another organizer must confirm it, or if it can't be done now. */
export async function confirmDecision(
  site: Site,
  slug: string,
  decisionId: string,
  viewer: Viewer | null,
): Promise<void> {
  const challenge = await findChallenge(site, slug, viewer);
  const organizer = authorize('ranking.freeze', viewer, { challenge });
  const decision = await findWaiting(site, challenge, decisionId);
  requireConfirmer(challenge, decision, organizer);
  const place = { challenge: slug, phase: decision.phase.slug };
  const confirm: Confirm = (tx) =>
    decide(tx, site, decision, { outcome: 'CONFIRMED', decidedById: organizer.userId }, () =>
      recordAudit(tx, organizer, 'result.confirm', challenge.id, detailOf(decision)),
    );
  await PERFORM[decision.kind](site, place, viewer, confirm);
}

/** Drops a request before it is confirmed. Throws CONFLICT if it has been decided, FORBIDDEN. */
export async function withdrawDecision(
  site: Site,
  slug: string,
  decisionId: string,
  viewer: Viewer | null,
): Promise<void> {
  const challenge = await findChallenge(site, slug, viewer);
  const organizer = authorize('ranking.freeze', viewer, { challenge });
  const decision = await findWaiting(site, challenge, decisionId);
  await site.db.$transaction((tx) =>
    decide(tx, site, decision, { outcome: 'WITHDRAWN', decidedById: organizer.userId }, () =>
      recordAudit(tx, organizer, 'result.withdraw', challenge.id, detailOf(decision)),
    ),
  );
}

interface Waiting {
  id: string;
  kind: ResultDecision;
  needsTwo: boolean;
  requestedBy: { id: string; name: string; isAdmin: boolean };
  phase: { slug: string };
}

function decided(): DomainError {
  return new DomainError('CONFLICT', 'This request has been decided already. Reload the page to see it.');
}

async function findWaiting({ db }: Site, { id: challengeId }: Challenge, id: string): Promise<Waiting> {
  const isId = z.uuid().safeParse(id).success;
  const row =
    isId &&
    (await db.phaseDecision.findFirst({
      where: { id, decidedAt: null, phase: { challengeId } },
      include: {
        phase: { select: { slug: true } },
        requestedBy: { select: { id: true, name: true, isAdmin: true } },
      },
    }));
  if (!row) throw decided();
  return { ...row, kind: z.enum(RESULT_DECISIONS).parse(row.kind) };
}

/** Whether this organizer may confirm a request; otherwise why not. */
export function confirmationProblem(
  { organizers, requiresTwoOrganizers }: Pick<Challenge, 'organizers' | 'requiresTwoOrganizers'>,
  { needsTwo, requestedBy }: Pick<Waiting, 'needsTwo' | 'requestedBy'>,
  organizer: Pick<Viewer, 'userId'>,
): string | null {
  if (!needsTwo && !requiresTwoOrganizers) return null;
  if (requestedBy.id === organizer.userId) return 'Another organizer must confirm what you requested.';
  const role = organizers.find(({ userId }) => userId === requestedBy.id)?.role;
  if (requestedBy.isAdmin || role === 'OWNER' || role === 'EDITOR') return null;
  return `${requestedBy.name} requested it and may no longer decide about results. Withdraw the request, and request it again.`;
}

function requireConfirmer(challenge: Challenge, decision: Waiting, organizer: Viewer): void {
  const problem = confirmationProblem(challenge, decision, organizer);
  if (problem) throw new DomainError('CONFLICT', problem);
}

async function decide(
  tx: Transaction,
  site: Site,
  { id }: Waiting,
  data: { outcome: 'CONFIRMED' | 'WITHDRAWN'; decidedById: string },
  record: () => Promise<void>,
): Promise<void> {
  const { count } = await tx.phaseDecision.updateMany({
    where: { id, decidedAt: null },
    data: { ...data, decidedAt: site.now() },
  });
  if (count === 0) throw decided();
  await record();
}

function detailOf({ kind, phase, requestedBy }: Waiting) {
  return { phase: phase.slug, decision: kind.toLowerCase(), requestedBy: requestedBy.name };
}
