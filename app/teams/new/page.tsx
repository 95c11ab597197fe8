import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { keyField } from '#app/form-key.ts';
import { type Parameter, safeNext, signInAddress } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { ActionForm } from '#components/ui/action-form.tsx';
import { MAX_TEAM_NAME_LENGTH } from '#lib/domain/teams/team-name.ts';
import { createTeamAction } from './actions.ts';

export const metadata: Metadata = { title: 'Create a team' };

export default async function NewTeamPage({ searchParams }: { searchParams: Promise<{ next?: Parameter }> }) {
  const target = safeNext((await searchParams).next);
  const viewer = await currentViewer();
  if (!viewer) redirect(signInAddress(`/teams/new?next=${encodeURIComponent(target)}`));
  return (
    <main id="main" className="wrap page-top">
      <h1>Create a team</h1>
      <p className="soft narrow-text">
        Leaderboards rank teams, including teams of one. You become the owner of the team. Next, register it
        for a challenge.
      </p>
      <ActionForm
        action={createTeamAction}
        fields={[
          await keyField(),
          { name: 'next', label: '', type: 'hidden', value: target },
          {
            name: 'name',
            label: 'Team name',
            type: 'text',
            maxLength: MAX_TEAM_NAME_LENGTH,
            hint: 'Public. Choose it with care: papers will cite it.',
          },
        ]}
        submit="Create team"
        pending="Creating"
      />
      {viewer.teams.length > 0 ? (
        <p className="soft after-form">
          You are already in {viewer.teams.map((team) => team.name).join(', ')}.
        </p>
      ) : null}
    </main>
  );
}
