export interface InvitationRow {
  uses: number;
  maxUses: number;
  expiresAt: Date;
  revokedAt: Date | null;
}

export type InvitationState = 'open' | 'used' | 'expired' | 'revoked';

export function invitationState(
  { uses, maxUses, expiresAt, revokedAt }: InvitationRow,
  now: Date,
): InvitationState {
  if (revokedAt) return 'revoked';
  if (uses >= maxUses) return 'used';
  return expiresAt <= now ? 'expired' : 'open';
}

/** Why an invitation no longer works, and what to do. */
export const INVITATION_PROBLEMS: Readonly<Record<Exclude<InvitationState, 'open'>, string>> = {
  used: 'This invitation has been used up. Ask the team’s owner for another one.',
  expired: 'This invitation has expired. Ask the team’s owner for another one.',
  revoked: 'The team’s owner has revoked this invitation.',
};
