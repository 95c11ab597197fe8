import type { Metadata } from 'next';
import { orPage } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { ConsoleFrame } from '#components/console/console-frame.tsx';
import { InviteOrganizer, OrganizersTable } from '#components/console/organizers/organizers.tsx';
import { organizersView } from '#lib/site/organizers/organizers-view.ts';
import { site } from '#lib/site/site.ts';
import {
  changeOrganizerAction,
  inviteOrganizerAction,
  removeOrganizerAction,
  revokeOrganizerInvitationAction,
} from './actions.ts';

interface Props {
  params: Promise<{ slug: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Organizers, ${(await params).slug}` };
}

/** Who organizes a challenge, with what they may do. */
export default async function OrganizersPage({ params }: Props) {
  const { slug } = await params;
  const view = await orPage(
    organizersView(site(), slug, await currentViewer()),
    `/organize/${slug}/organizers`,
  );
  return (
    <ConsoleFrame challenge={view.challenge} current="settings" title="Organizers" asOf={view.asOf}>
      <OrganizersTable view={view} change={changeOrganizerAction} remove={removeOrganizerAction} />
      {view.viewerMayManage ? (
        <InviteOrganizer
          view={view}
          invite={inviteOrganizerAction}
          revoke={revokeOrganizerInvitationAction}
        />
      ) : null}
    </ConsoleFrame>
  );
}
