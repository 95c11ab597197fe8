import { utcDate } from '#components/format/time.ts';
import { ActionButton } from '#components/ui/action-button.tsx';
import { Confirmation } from '#components/ui/confirmation.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import type { TeamManagement } from '#lib/api/teams/teams.ts';

type Member = TeamManagement['members'][number];

export interface MemberActions {
  show: FormAction;
  handOver: FormAction;
  remove: FormAction;
}

/** Who is in the team, with what its owner can do about each member. */
export function MemberTable({ team, actions }: { team: TeamManagement; actions: MemberActions }) {
  return (
    <table className="plain stackable">
      <caption>
        <b>Table 1 | Members.</b> The owner manages the team. Every member can register it, submit for it and
        read its submissions. Each member chooses whether the team’s public page shows their name and
        affiliation.
      </caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Role</th>
          <th scope="col">Joined</th>
          <th scope="col">Public page</th>
          <th scope="col" className="num">
            <span className="vh">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {team.members.map((member) => (
          <tr key={member.id}>
            <th scope="row" className="anywhere">
              {member.name}
              {member.isViewer ? <span className="muted"> (you)</span> : null}
            </th>
            <td className="soft">{member.role.toLowerCase()}</td>
            <td className="soft nowrap" data-l="joined">
              {utcDate(member.joinedAt)}
            </td>
            <td className="soft">{member.isShown ? 'shown' : 'not shown'}</td>
            <td className="num">
              <div className="row-actions">
                <Actions team={team} member={member} actions={actions} />
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Actions({
  team,
  member,
  actions,
}: {
  team: TeamManagement;
  member: Member;
  actions: MemberActions;
}) {
  if (member.isViewer) {
    return (
      <ActionButton
        action={actions.show}
        values={{ team: team.slug, isShown: String(!member.isShown) }}
        pending="Saving"
      >
        {member.isShown ? 'Hide my name and profile' : 'Show my name and profile'}
      </ActionButton>
    );
  }
  if (team.role !== 'OWNER') return null;
  const values = { team: team.slug, member: member.id };
  return (
    <>
      <Confirmation label={`Make ${member.name} the owner`} isHarmless>
        <p>
          Make {member.name} the owner of {team.name}? You stay a member. Only {member.name} can undo this.
        </p>
        <div className="actions">
          <ActionButton action={actions.handOver} values={values} pending="Handing over">
            Hand over the team
          </ActionButton>
        </div>
      </Confirmation>
      <Confirmation label={`Remove ${member.name}`}>
        <p>
          Remove {member.name} from {team.name}? They can no longer see the team’s submissions. Those that
          they sent stay. <Bound team={team} who={member.name} />
        </p>
        <div className="actions">
          <ActionButton action={actions.remove} values={values} pending="Removing" className="btn bad">
            Remove member
          </ActionButton>
        </div>
      </Confirmation>
    </>
  );
}

/** Which challenges a person who leaves can't enter with another team. */
export function Bound({ team, who }: { team: TeamManagement; who: string }) {
  const titles = team.challenges.filter(({ isBinding }) => isBinding).map(({ title }) => `“${title}”`);
  if (titles.length === 0) return null;
  return (
    <>
      The team has submitted to {titles.join(' and ')}, so {who} can’t enter{' '}
      {titles.length === 1 ? 'it' : 'them'} with another team.
    </>
  );
}
