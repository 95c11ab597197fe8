import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { safeNext, signInAddress } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { ActionForm } from '#components/ui/action-form.tsx';
import { createTeamAction } from './actions.ts';

export const metadata: Metadata = { title: 'Found a team' };

export default async function NewTeamPage({ searchParams }: { searchParams: Promise<{ next?: string }> }) {
  const target = safeNext((await searchParams).next);
  const viewer = await currentViewer();
  if (!viewer) redirect(signInAddress(`/teams/new?next=${encodeURIComponent(target)}`));
  return (
    <main id="main" className="wrap page-top">
      <h1>Found a team</h1>
      <p className="soft narrow-text">
        A team is what stands on a board, alone or as a group. You become its owner; next you register it for
        a challenge.
      </p>
      <ActionForm
        action={createTeamAction}
        fields={[
          { name: 'next', label: '', type: 'hidden', value: target },
          {
            name: 'name',
            label: 'Name of the team',
            type: 'text',
            maxLength: 60,
            hint: 'Public, and not changed lightly: papers will cite it.',
          },
        ]}
        submit="Found the team"
        pending="Founding"
      />
      {viewer.teams.length > 0 ? (
        <p className="soft after-form">
          You are in {viewer.teams.map((team) => team.name).join(', ')} already.
        </p>
      ) : null}
    </main>
  );
}
