import { utcDate } from '#components/format/time.ts';
import { ActionButton } from '#components/ui/action-button.tsx';
import { ActionForm, type FieldSpec } from '#components/ui/action-form.tsx';
import { Confirmation } from '#components/ui/confirmation.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import type { OrganizerRoleName, OrganizersView } from '#lib/api/challenges/organizers.ts';

const ROLE_LABELS: Readonly<Record<OrganizerRoleName, string>> = {
  OWNER: 'owner: everything, and who else organizes',
  EDITOR: 'editor: runs the challenge',
  REVIEWER: 'reviewer: sees everything, changes nothing',
};
const ROLE_OPTIONS = Object.entries(ROLE_LABELS).map(([value, label]) => ({ value, label }));

function hidden(name: string, value: string): FieldSpec {
  return { name, label: '', type: 'hidden', value };
}

export function OrganizersTable({
  view,
  change,
  remove,
}: {
  view: OrganizersView;
  change: FormAction;
  remove: FormAction;
}) {
  return (
    <section className="console-section" aria-label="Organizers">
      <table className="plain stackable">
        <caption>
          <b>Organizers.</b> A challenge always has an owner.
        </caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Address</th>
            <th scope="col">Role</th>
            <th scope="col">
              <span className="vh">Change</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {view.organizers.map((organizer) => (
            <OrganizerRow key={organizer.userId} {...{ view, organizer, change, remove }} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function OrganizerRow({
  view: { challenge, viewerMayManage },
  organizer: { userId, name, email, role, isViewer },
  change,
  remove,
}: {
  view: OrganizersView;
  organizer: OrganizersView['organizers'][number];
  change: FormAction;
  remove: FormAction;
}) {
  const of = [hidden('challenge', challenge.slug), hidden('user', userId)];
  return (
    <tr>
      <th scope="row">
        {name}
        {isViewer ? <span className="muted"> (you)</span> : null}
      </th>
      <td className="soft anywhere" data-l="address">
        {email ?? 'none'}
      </td>
      <td data-l="role">{role.toLowerCase()}</td>
      <td>
        {viewerMayManage ? (
          <Confirmation label={`Change the role of ${name}`} isHarmless>
            <ActionForm
              name={`role-${userId}`}
              action={change}
              fields={[
                ...of,
                { name: 'role', label: 'Role', type: 'select', options: ROLE_OPTIONS, value: role },
              ]}
              submit="Save role"
              pending="Saving"
            />
          </Confirmation>
        ) : null}
        {viewerMayManage || isViewer ? (
          <Confirmation label={isViewer ? 'Stop organizing' : `Remove ${name}`}>
            <p>
              {isViewer
                ? 'You lose the console of this challenge. An owner can invite you again.'
                : `${name} loses the console of this challenge, from their next request on.`}
            </p>
            <ActionButton
              action={remove}
              values={{ challenge: challenge.slug, user: userId }}
              pending="Removing"
              className="btn bad"
            >
              {isViewer ? 'Stop organizing this challenge' : `Remove ${name} from the organizers`}
            </ActionButton>
          </Confirmation>
        ) : null}
      </td>
    </tr>
  );
}

/** Invites by address, and lists the invitations that still work. */
export function InviteOrganizer({
  view,
  invite,
  revoke,
}: {
  view: OrganizersView;
  invite: FormAction;
  revoke: FormAction;
}) {
  const { challenge, invitations, sendsMail } = view;
  return (
    <section className="console-section" aria-labelledby="invite">
      <h2 id="invite">Invite an organizer</h2>
      <p className="soft narrow-text">
        They become an organizer once they accept, with an account that has this email address.{' '}
        {sendsMail ? 'The invitation is mailed.' : 'This site sends no mail: pass the link on to them.'}
      </p>
      <ActionForm
        name="invite"
        action={invite}
        fields={[
          hidden('challenge', challenge.slug),
          { name: 'email', label: 'Email address', type: 'email', autoComplete: 'off' },
          { name: 'role', label: 'Role', type: 'select', options: ROLE_OPTIONS, value: 'EDITOR' },
        ]}
        submit="Invite"
        pending="Inviting"
      />
      {invitations.length > 0 ? (
        <table className="plain stackable after-form">
          <caption>
            <b>Open invitations.</b>
          </caption>
          <thead>
            <tr>
              <th scope="col">Address</th>
              <th scope="col">Role</th>
              <th scope="col">Until</th>
              <th scope="col">
                <span className="vh">Link</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {invitations.map(({ id, email, role, expiresAt, url }) => (
              <tr key={id}>
                <th scope="row" className="anywhere">
                  {email}
                  {sendsMail ? null : <span className="unit lines mono">{url}</span>}
                </th>
                <td data-l="role">{role.toLowerCase()}</td>
                <td data-l="until">{utcDate(expiresAt)}</td>
                <td className="row-actions">
                  <CopyButton text={url} label={`Copy the link for ${email}`} />
                  <ActionButton
                    action={revoke}
                    values={{ challenge: challenge.slug, invitation: id }}
                    pending="Revoking"
                  >
                    Revoke<span className="vh"> the invitation of {email}</span>
                  </ActionButton>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </section>
  );
}
