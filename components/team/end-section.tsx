import { ActionButton } from '#components/ui/action-button.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { Confirmation } from '#components/ui/confirmation.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import type { TeamManagement } from '#lib/api/teams/teams.ts';
import { MAX_TEAM_NAME_LENGTH } from '#lib/domain/teams/team-name.ts';
import { counted } from '#lib/domain/units.ts';
import { Bound } from './member-table.tsx';

/** Leaving a team, for members, and dissolving it, for its owner. */
export function EndSection({
  team,
  leave,
  dissolve,
}: {
  team: TeamManagement;
  leave: FormAction;
  dissolve: FormAction;
}) {
  return (
    <section className="console-section narrow-section" aria-labelledby="end">
      {team.role === 'OWNER' ? (
        <Dissolve team={team} dissolve={dissolve} />
      ) : (
        <Leave team={team} leave={leave} />
      )}
    </section>
  );
}

function Leave({ team, leave }: { team: TeamManagement; leave: FormAction }) {
  return (
    <>
      <h2 id="end">Leave the team</h2>
      <p className="soft">
        Once you leave, you can no longer see the team’s submissions, images and messages. What you submitted
        for it stays the team’s. <Bound team={team} who="you" />
      </p>
      <div className="end-action">
        <Confirmation label="Leave team">
          <p>Leave {team.name}? To come back, you need an invitation.</p>
          <div className="actions">
            <ActionButton action={leave} values={{ team: team.slug }} pending="Leaving" className="btn bad">
              Leave {team.name}
            </ActionButton>
          </div>
        </Confirmation>
      </div>
    </>
  );
}

function Dissolve({ team, dissolve }: { team: TeamManagement; dissolve: FormAction }) {
  const { activeSubmissions: active } = team;
  return (
    <>
      <h2 id="end">Dissolve the team</h2>
      <p className="soft">
        Published results stay on the leaderboards, and the name stays taken. Nobody can see the team’s other
        submissions any more, and what is queued or running is cancelled. To leave without dissolving the
        team, make another member the owner first.
      </p>
      <div className="end-action">
        <Confirmation label="Dissolve team">
          <p>
            Dissolve {team.name}, which has {counted(team.members.length, 'member')}? This can’t be undone.{' '}
            {active > 0 ? `${counted(active, 'submission')} will be cancelled. ` : ''}
            <Bound team={team} who="its members" />
          </p>
          <ActionForm
            name="dissolve"
            action={dissolve}
            fields={[
              { name: 'team', label: '', type: 'hidden', value: team.slug },
              {
                name: 'name',
                label: 'Team name, to confirm',
                type: 'text',
                autoComplete: 'off',
                maxLength: MAX_TEAM_NAME_LENGTH,
              },
            ]}
            submit="Dissolve team"
            pending="Dissolving"
          />
        </Confirmation>
      </div>
    </>
  );
}
