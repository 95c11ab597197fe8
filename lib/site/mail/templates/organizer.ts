import type { Message } from '#lib/site/mail/message.ts';

const ROLES = { OWNER: 'an owner', EDITOR: 'an editor', REVIEWER: 'a reviewer' } as const;

/** Whoever gets it may never have heard of this site. */
export function invitedToOrganize({
  challenge,
  by,
  role,
  days,
  url,
}: {
  challenge: string;
  by: string;
  role: keyof typeof ROLES;
  days: number;
  url: string;
}): Message {
  return {
    subject: `Invitation to organize ${challenge}`,
    parts: [
      `${by} invites you to organize the challenge “${challenge}” as ${ROLES[role]}, on Heldout, a site for benchmarks of algorithms on hidden medical images.`,
      { label: 'Open the invitation', href: url },
      `It is for an account with this email address, and works for ${days} days. If you don’t know them, there is nothing to do.`,
    ],
  };
}
