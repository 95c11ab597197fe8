import { utcDate } from '#components/format/time.ts';
import { ActionButton } from '#components/ui/action-button.tsx';
import { ActionForm, type FieldSpec } from '#components/ui/action-form.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import type { Invitation, TeamManagement } from '#lib/api/teams/teams.ts';
import { DEFAULT_INVITATION_DAYS, MAX_INVITATION_DAYS, MAX_TEAM_MEMBERS } from '#lib/domain/teams/limits.ts';

export interface InvitationActions {
  byLink: FormAction;
  byMail: FormAction;
  revoke: FormAction;
}

/** The invitations that still work, and forms for new ones. Each form needs a key of its own. */
export function InvitationSection({
  team,
  keys,
  actions,
}: {
  team: TeamManagement;
  keys: readonly [FieldSpec, FieldSpec];
  actions: InvitationActions;
}) {
  const ofTeam: FieldSpec = { name: 'team', label: '', type: 'hidden', value: team.slug };
  return (
    <section className="console-section" aria-labelledby="invitations">
      <h2 id="invitations">Invite people</h2>
      <InvitationTable team={team} revoke={actions.revoke} />
      <div className="two invite">
        <div>
          <h3>By link</h3>
          <p className="soft">Whoever has the link can join, until it is used up, expires or is revoked.</p>
          <ActionForm
            inline
            name="link"
            action={actions.byLink}
            fields={[
              keys[0],
              ofTeam,
              { name: 'maxUses', label: 'People', type: 'number', value: '1', range: [1, MAX_TEAM_MEMBERS] },
              {
                name: 'days',
                label: 'Days',
                type: 'number',
                value: String(DEFAULT_INVITATION_DAYS),
                range: [1, MAX_INVITATION_DAYS],
              },
            ]}
            submit="Create link"
            pending="Creating"
          />
        </div>
        <div>
          <h3>By email</h3>
          <p className="soft">One person can join with it, within {DEFAULT_INVITATION_DAYS} days.</p>
          <ActionForm
            inline
            name="mail"
            action={actions.byMail}
            fields={[keys[1], ofTeam, { name: 'email', label: 'Email', type: 'email', autoComplete: 'off' }]}
            submit="Invite"
            pending="Inviting"
          />
        </div>
      </div>
    </section>
  );
}

function InvitationTable({ team, revoke }: { team: TeamManagement; revoke: FormAction }) {
  return (
    <table className="plain stackable token-table">
      <caption className="vh">Open invitations</caption>
      <thead>
        <tr>
          <th scope="col">Invitation</th>
          <th scope="col">Link</th>
          <th scope="col">Used</th>
          <th scope="col">Expires</th>
          <th scope="col" className="num">
            <span className="vh">Action</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {team.invitations.length === 0 ? (
          <tr className="nothing">
            <td colSpan={5}>No open invitations.</td>
          </tr>
        ) : (
          team.invitations.map((invitation) => (
            <Row key={invitation.id} invitation={invitation} team={team.slug} revoke={revoke} />
          ))
        )}
      </tbody>
    </table>
  );
}

function Row({ invitation, team, revoke }: { invitation: Invitation; team: string; revoke: FormAction }) {
  const { id, email, url, uses, maxUses, createdAt, expiresAt } = invitation;
  const name = email ?? `Link of ${utcDate(createdAt)}`;
  return (
    <tr>
      <th scope="row" className="anywhere">
        {name}
      </th>
      <td className="invitation-link">
        <span className="mono anywhere">{url}</span> <CopyButton text={url} label="Copy link" />
      </td>
      <td className="soft nowrap" data-l="used">
        {uses} of {maxUses}
      </td>
      <td className="soft nowrap" data-l="expires">
        {utcDate(expiresAt)}
      </td>
      <td className="num">
        <ActionButton
          action={revoke}
          values={{ team, invitation: id }}
          pending="Revoking"
          className="btn bad"
        >
          Revoke<span className="vh"> {name}</span>
        </ActionButton>
      </td>
    </tr>
  );
}
