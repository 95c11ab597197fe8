import type { Transaction } from '#lib/platform/database.ts';
import { lastsBeyond } from './find-access.ts';

/** In place of the name that terms were signed with. */
const FORMER_SIGNATURE = 'Former member';

/**
 * For an account that is deleted: what the person wrote about themselves goes, and their access ends. That there was a
 * request, how it was decided, and which terms were signed when, stays and is counted.
 */
export async function forgetDataRequests(tx: Transaction, userId: string, now: Date): Promise<void> {
  const written = { institution: '', useStatement: '', coInvestigators: [], answers: [] };
  await tx.dataRequest.updateMany({ where: { userId }, data: written });
  await tx.dataRequest.updateMany({
    where: { userId, state: { in: ['DRAFT', 'SUBMITTED', 'CLARIFICATION'] } },
    data: { state: 'WITHDRAWN', dueAt: null },
  });
  await tx.dataRequest.updateMany({
    where: { userId, ...lastsBeyond(now) },
    data: { expiresAt: now },
  });
  // Also what organizers wrote to the person or about them.
  await tx.dataRequestEvent.updateMany({ where: { request: { userId } }, data: { text: '' } });
  await tx.dataSignature.updateMany({ where: { userId }, data: { name: FORMER_SIGNATURE } });
}
