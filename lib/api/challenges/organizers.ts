import { z } from 'zod';
import { emailSchema } from '#lib/api/accounts.ts';
import type { QueueView } from '#lib/api/pages/organizer.ts';
import { idSchema } from '#lib/api/values.ts';

/** What each may do: lib/domain/rights */
export const organizerRoleSchema = z.enum(['OWNER', 'EDITOR', 'REVIEWER'], 'Choose a role.');
export type OrganizerRoleName = z.infer<typeof organizerRoleSchema>;

export const inviteOrganizerRequestSchema = z.strictObject({
  email: emailSchema,
  role: organizerRoleSchema,
});

export const changeOrganizerRequestSchema = z.strictObject({ user: idSchema, role: organizerRoleSchema });
export const removeOrganizerRequestSchema = z.strictObject({ user: idSchema });

/** The organizers of a challenge, for them. */
export interface OrganizersView extends Pick<QueueView, 'challenge' | 'asOf'> {
  organizers: {
    userId: string;
    name: string;
    email: string | null;
    role: OrganizerRoleName;
    isViewer: boolean;
  }[];
  /** Those that still work. `url` is for whom the owner passes it on to. */
  invitations: { id: string; email: string; role: OrganizerRoleName; expiresAt: string; url: string }[];
  /** Owners and administrators. */
  viewerMayManage: boolean;
  sendsMail: boolean;
}

/** An invitation, for whom it is addressed to. */
export interface OrganizerInvitationView {
  id: string;
  role: OrganizerRoleName;
  challenge: { slug: string; title: string };
}
