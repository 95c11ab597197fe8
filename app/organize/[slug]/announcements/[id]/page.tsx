import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { orPage } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { AnnouncementForm } from '#components/announcements/announcement-form.tsx';
import { ConsoleFrame } from '#components/console/console-frame.tsx';
import { ActionButton } from '#components/ui/action-button.tsx';
import { Confirmation } from '#components/ui/confirmation.tsx';
import { announcementView } from '#lib/site/announcements/list-announcements.ts';
import { site } from '#lib/site/site.ts';
import { editAnnouncementAction, withdrawAnnouncementAction } from '../actions.ts';

interface Props {
  params: Promise<{ slug: string; id: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Edit an announcement, ${(await params).slug}` };
}

/** Changes or withdraws an announcement. */
export default async function EditAnnouncementPage({ params }: Props) {
  const place = await params;
  const base = `/organize/${place.slug}/announcements`;
  const view = await orPage(announcementView(site(), place, await currentViewer()), `${base}/${place.id}`);
  const { announcement } = view;
  if (!view.mayWrite || announcement.withdrawnAt) notFound();
  const hidden = { challenge: place.slug, announcement: announcement.id };
  return (
    <ConsoleFrame
      challenge={view.challenge}
      current="announcements"
      asOf={view.asOf}
      title={`Edit “${announcement.title}”`}
    >
      <p className="soft narrow-text">
        <Link href={base}>All announcements</Link>. Nobody is told about the change; readers see that it was
        edited.
      </p>
      <AnnouncementForm
        action={editAnnouncementAction}
        hidden={hidden}
        initial={announcement}
        submit="Save announcement"
        pending="Saving"
      />
      <div className="end-action">
        <Confirmation label="Withdraw announcement">
          <p>
            Withdraw “{announcement.title}”? It leaves the challenge’s page for good. Mails that were sent
            stay where they are.
          </p>
          <ActionButton action={withdrawAnnouncementAction} values={hidden} pending="Withdrawing">
            Withdraw it
          </ActionButton>
        </Confirmation>
      </div>
    </ConsoleFrame>
  );
}
