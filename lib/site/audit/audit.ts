import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { Transaction } from '#lib/platform/database.ts';

export type AuditAction =
  | 'challenge.create'
  | 'challenge.edit'
  | 'phase.edit'
  | 'phase.grantException'
  | 'phase.revokeException'
  | 'testset.import'
  | 'scorer.import'
  | 'team.create'
  | 'team.invite'
  | 'team.revokeInvitation'
  | 'team.join'
  | 'team.askToJoin'
  | 'team.acceptRequest'
  | 'team.declineRequest'
  | 'team.withdrawRequest'
  | 'team.leave'
  | 'team.removeMember'
  | 'team.handOver'
  | 'team.dissolve'
  | 'team.requestMerge'
  | 'team.declineMerge'
  | 'team.withdrawMerge'
  | 'team.merge'
  | 'team.register'
  | 'submission.create'
  | 'submission.cancel'
  | 'submission.rerun';

/** Records an action of a person, in the transaction of that action. */
export async function recordAudit(
  tx: Transaction,
  viewer: Viewer,
  action: AuditAction,
  challengeId: string | null,
  detail: Record<string, string | number>,
): Promise<void> {
  await tx.auditEvent.create({ data: { actor: viewer.name, action, challengeId, detail } });
}
