import { utcDate } from '#components/format/time.ts';
import { ActionButton } from '#components/ui/action-button.tsx';
import { Confirmation } from '#components/ui/confirmation.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { UserEntry } from '#lib/api/pages/administration.ts';
import { counted } from '#lib/domain/units.ts';

/** Accounts, each with what an administrator may change, after a question. */
export function UsersTable({
  users,
  ownId,
  action,
}: {
  users: readonly UserEntry[];
  ownId: string;
  action: FormAction;
}) {
  return (
    <table className="plain stackable top">
      <caption>
        <b>Accounts</b>, newest first.
      </caption>
      <thead>
        <tr>
          <th scope="col">Account</th>
          <th scope="col">Roles</th>
          <th scope="col">Second factor</th>
          <th scope="col">Created</th>
          <th scope="col">Last seen</th>
          <th scope="col">Change</th>
        </tr>
      </thead>
      <tbody>
        {users.length === 0 ? (
          <tr className="nothing">
            <td colSpan={6}>No account matches.</td>
          </tr>
        ) : (
          users.map((user) => <Row key={user.id} user={user} isOwn={user.id === ownId} action={action} />)
        )}
      </tbody>
    </table>
  );
}

function Row({ user, isOwn, action }: { user: UserEntry; isOwn: boolean; action: FormAction }) {
  const { name, email, isEmailConfirmed, hasSecondFactor, isDisabled, createdAt, lastSeenAt } = user;
  return (
    <tr>
      <th scope="row" className="anywhere">
        {name}
        {isDisabled ? <b className="state-bad"> disabled</b> : null}
        <span className="muted small block">
          {email ?? 'no email address'}
          {email !== null && !isEmailConfirmed ? ', not confirmed' : ''}
        </span>
      </th>
      <td className="soft anywhere" data-l="roles">
        <Roles user={user} />
      </td>
      <td className="soft" data-l="second factor">
        {hasSecondFactor ? 'yes' : 'no'}
      </td>
      <td className="soft" data-l="created">
        {utcDate(createdAt)}
      </td>
      <td className="soft" data-l="last seen">
        {lastSeenAt ? utcDate(lastSeenAt) : '–'}
      </td>
      <td>
        {isOwn ? (
          <span className="muted">your account</span>
        ) : (
          <Confirmation label={`Change ${name}`} isHarmless>
            <Changes user={user} action={action} />
          </Confirmation>
        )}
      </td>
    </tr>
  );
}

function Roles({ user: { isAdmin, organizes, teams } }: { user: UserEntry }) {
  return (
    <>
      {isAdmin ? <b>administrator </b> : null}
      {organizes.length > 0 ? (
        <>
          organizes{' '}
          {organizes.map((slug, index) => (
            <span key={slug}>
              {index > 0 ? ', ' : ''}
              <PlainLink href={`/organize/${slug}`}>{slug}</PlainLink>
            </span>
          ))}{' '}
        </>
      ) : null}
      {teams > 0 ? counted(teams, 'team') : null}
    </>
  );
}

function Changes({ user, action }: { user: UserEntry; action: FormAction }) {
  const { id, isAdmin, isDisabled, hasSecondFactor } = user;
  const button = (change: string, pending: string, label: string) => (
    <ActionButton
      action={action}
      values={{ id, change }}
      pending={pending}
      className={change === 'disable' ? 'btn bad' : 'btn'}
    >
      {label}
    </ActionButton>
  );
  return (
    <div className="stack-small">
      <p>
        {isDisabled
          ? 'Enable the account? Its owner can sign in again, and its tokens work.'
          : 'Disable the account? Its sessions end, its tokens stop working, and nobody can sign in to it. Its teams and results stay.'}
      </p>
      {isDisabled
        ? button('enable', 'Enabling', 'Enable account')
        : button('disable', 'Disabling', 'Disable account')}
      {isAdmin
        ? button('revoke', 'Saving', 'Remove administrator role')
        : button('grant', 'Saving', 'Make administrator')}
      {hasSecondFactor ? (
        <>
          <p>
            Reset the second factor? Only if its owner has lost the phone and the recovery codes, and you know
            that it is them who ask: the password alone opens the account then.
          </p>
          {button('resetSecondFactor', 'Resetting', 'Reset second factor')}
        </>
      ) : null}
      <p className="muted small">The owner is told by mail.</p>
    </div>
  );
}
