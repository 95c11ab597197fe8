import type { Viewer } from '#lib/api/pages/viewer.ts';
import type { Transaction } from '#lib/platform/database.ts';

export type AuditAction =
  | 'account.rename'
  | 'account.changePassword'
  | 'account.resetPassword'
  | 'account.changeAddress'
  | 'account.addSecondFactor'
  | 'account.removeSecondFactor'
  | 'account.renewRecoveryCodes'
  | 'account.showDownloadKey'
  | 'account.replaceDownloadKey'
  | 'account.unlink'
  | 'account.delete'
  | 'user.grantAdministrator'
  | 'user.revokeAdministrator'
  | 'user.disable'
  | 'user.enable'
  | 'user.resetSecondFactor'
  | 'mail.resend'
  | 'mail.test'
  | 'token.create'
  | 'token.revoke'
  | 'session.end'
  | 'challenge.create'
  | 'challenge.edit'
  | 'phase.edit'
  | 'phase.grantException'
  | 'phase.revokeException'
  | 'ranking.freeze'
  | 'ranking.unfreeze'
  | 'announcement.create'
  | 'announcement.edit'
  | 'announcement.withdraw'
  | 'testset.import'
  | 'dataset.edit'
  | 'dataset.upload'
  | 'dataset.publish'
  | 'dataset.erratum'
  | 'dataset.trace'
  | 'dataset.access'
  | 'dataRequest.submit'
  | 'dataRequest.sign'
  | 'dataRequest.answer'
  | 'dataRequest.withdraw'
  | 'dataRequest.approve'
  | 'dataRequest.decline'
  | 'dataRequest.ask'
  | 'dataRequest.revoke'
  | 'dataRequest.note'
  | 'scorer.import'
  | 'rescoring.publish'
  | 'rescoring.drop'
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
  | 'registration.approve'
  | 'registration.decline'
  | 'team.acceptTerms'
  | 'organizer.invite'
  | 'organizer.revokeInvitation'
  | 'organizer.changeRole'
  | 'organizer.remove'
  | 'organizer.accept'
  | 'registration.group'
  | 'registration.release'
  | 'archive.upload'
  | 'submission.create'
  | 'submission.cancel'
  | 'submission.select'
  | 'submission.rerun'
  | 'submission.withdraw'
  | 'submission.exclude'
  | 'submission.include'
  | 'submission.returnQuota'
  | 'submission.nameBaseline'
  | 'submission.dropBaseline'
  | 'rehearsal.keep'
  | 'rehearsal.remove'
  | 'result.request'
  | 'result.confirm'
  | 'result.withdraw'
  | 'result.reveal'
  | 'queue.hold'
  | 'queue.release'
  | 'runner.drain'
  | 'runner.undrain';

type Values = Readonly<Record<string, string | number | boolean | null>>;

/** What an action has changed; never a secret. */
export interface Change {
  before?: Values;
  after?: Values;
}

/** Who did something: a viewer, or the owner of an account that a mailed link is for. */
export type AuditActor = Pick<Viewer, 'userId' | 'name' | 'from'>;

/**
 * Records an action of a person, or of the site itself at a time that people set, in the transaction of that action. The database adds the time and, when it commits,
 * the place in the chain.
 */
export async function recordAudit(
  tx: Transaction,
  actor: AuditActor | 'system',
  action: AuditAction,
  /** null for what concerns no challenge. */
  challengeId: string | null,
  detail: Values,
  change: Change = {},
): Promise<void> {
  const who = actor === 'system' ? { actor } : whoIs(actor);
  await tx.auditEvent.create({ data: { ...who, action, challengeId, detail, ...change } });
}

function whoIs({ userId: actorId, name, from }: AuditActor) {
  const where = from ? { address: from.address, client: from.client } : {};
  return { actorId, actor: name, ...where };
}
