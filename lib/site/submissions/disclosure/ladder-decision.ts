import { type DisclosedPhase, type LadderDecision, ladderOf } from '#lib/domain/disclosure/disclosure.ts';
import type { Site } from '#lib/site/site.ts';
import type { Evaluation } from '#prisma-client';

/** The ladder decides when the ranking is computed, which starts when a score is recorded. */
const MAX_WAIT_MS = 2000;

/** What the ladder decided about the submission; null in other phases, and while it hasn't, which is waited for. */
export async function readLadderDecision(
  { db, rankings }: Pick<Site, 'db' | 'rankings'>,
  { submissionId, state }: Pick<Evaluation, 'submissionId' | 'state'>,
  { id: phaseId, disclosure }: Pick<DisclosedPhase, 'disclosure'> & { id: string },
): Promise<LadderDecision> {
  if (disclosure !== 'LADDER' || state !== 'SCORED') return null;
  const read = async () => {
    const select = { standing: true, ladder: { select: { isShown: true } } };
    const { standing, ladder } = await db.submission.findUniqueOrThrow({
      where: { id: submissionId },
      select,
    });
    return ladderOf({ isBaseline: standing === 'BASELINE', isShown: ladder?.isShown ?? null });
  };
  const decided = await read();
  if (decided) return decided;
  await rankings.settle(phaseId, MAX_WAIT_MS);
  return read();
}
