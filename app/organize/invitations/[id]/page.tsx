import type { Metadata } from 'next';
import { orPage } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { ActionForm } from '#components/ui/action-form.tsx';
import { organizerInvitation } from '#lib/site/organizers/accept-invitation.ts';
import { site } from '#lib/site/site.ts';
import { acceptOrganizerInvitationAction } from './actions.ts';

export const metadata: Metadata = { title: 'Invitation to organize' };

interface Props {
  params: Promise<{ id: string }>;
}

export default async function OrganizerInvitationPage({ params }: Props) {
  const { id } = await params;
  const address = `/organize/invitations/${encodeURIComponent(id)}`;
  const { role, challenge } = await orPage(organizerInvitation(site(), id, await currentViewer()), address);
  return (
    <main id="main" className="wrap page-top">
      <h1>Organize {challenge.title}</h1>
      <p className="soft narrow-text">
        You are invited to organize this challenge as {role === 'REVIEWER' ? 'a' : 'an'} {role.toLowerCase()}.
        The other organizers see your name and your email address.
      </p>
      <ActionForm
        action={acceptOrganizerInvitationAction}
        fields={[{ name: 'invitation', label: '', type: 'hidden', value: id }]}
        submit="Accept"
        pending="Accepting"
      />
    </main>
  );
}
