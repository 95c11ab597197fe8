import type { Metadata } from 'next';
import Link from 'next/link';
import { keyField } from '#app/form-key.ts';
import { orPage } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EmailSection } from '#components/account/email-section.tsx';
import { LeaveSection } from '#components/account/leave-section.tsx';
import { ProfileSection } from '#components/account/profile-section.tsx';
import { SessionTable } from '#components/account/session-table.tsx';
import { utcDate, utcDateTime } from '#components/format/time.ts';
import { ActionForm } from '#components/ui/action-form.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import type { AccountView } from '#lib/api/pages/account.ts';
import { accountView } from '#lib/site/accounts/account-view.ts';
import { site } from '#lib/site/site.ts';
import {
  changePasswordAction,
  changeProfileAction,
  createTokenAction,
  deleteAccountAction,
  endSessionAction,
  revokeTokenAction,
  signOutEverywhereAction,
} from './actions.ts';
import { changeAddressAction, sendConfirmationAction } from './address/actions.ts';

export const metadata: Metadata = { title: 'Your account' };

export default async function AccountPage() {
  const account = await orPage(accountView(site(), await currentViewer()), '/account');
  return (
    <main id="main" className="wrap page-top">
      <h1>Your account</h1>
      <div className="two">
        <div className="stack">
          <ProfileSection account={account} changeProfile={changeProfileAction} />
          <EmailSection
            account={account}
            changeAddress={changeAddressAction}
            sendConfirmation={sendConfirmationAction}
          />
          <section aria-labelledby="change-password">
            <h2 id="change-password">Password</h2>
            <p className="soft">
              A new password signs out all of your other browsers. API tokens keep working.
            </p>
            <ActionForm
              action={changePasswordAction}
              fields={[
                {
                  name: 'current-password',
                  label: 'Current password',
                  type: 'password',
                  autoComplete: 'current-password',
                },
                {
                  name: 'new-password',
                  label: 'New password',
                  type: 'password',
                  autoComplete: 'new-password',
                  hint: 'At least 10 characters.',
                },
              ]}
              submit="Change password"
              pending="Changing"
            />
          </section>
          <Teams account={account} />
          <LeaveSection deleteAccount={deleteAccountAction} />
        </div>
        <div className="stack">
          <section aria-labelledby="sessions">
            <h2 id="sessions">Sessions</h2>
            <p className="soft narrow-text">
              A browser stays signed in for 14 days. Sign out any that you don’t recognize, and change your
              password.
            </p>
            <SessionTable
              sessions={account.sessions}
              endSession={endSessionAction}
              signOutEverywhere={signOutEverywhereAction}
            />
          </section>
          <section aria-labelledby="tokens">
            <h2 id="tokens">API tokens</h2>
            <p className="soft narrow-text">
              A token lets a program act as you: submit, read your submissions and, if you organize a
              challenge, import its test sets. Use one token per program, and revoke a token if it is lost.
            </p>
            <Tokens account={account} />
            <ActionForm
              inline
              action={createTokenAction}
              fields={[
                keyField(),
                {
                  name: 'token-name',
                  label: 'Token name',
                  type: 'text',
                  maxLength: 80,
                  autoComplete: 'off',
                },
                {
                  name: 'password',
                  label: 'Your password',
                  type: 'password',
                  autoComplete: 'current-password',
                },
              ]}
              submit="Create token"
              pending="Creating"
            />
          </section>
        </div>
      </div>
    </main>
  );
}

function Teams({ account }: { account: AccountView }) {
  return (
    <section aria-labelledby="teams">
      <h2 id="teams">Teams</h2>
      {account.teams.length > 0 ? (
        <dl className="facts">
          {account.teams.flatMap((team) => [
            <dt key={`${team.slug} role`}>{team.role.toLowerCase()}</dt>,
            <dd key={team.slug}>
              <Link href={`/teams/${team.slug}`}>{team.name}</Link>{' '}
              <span className="mono muted">{team.slug}</span>
            </dd>,
          ])}
        </dl>
      ) : (
        <p className="soft">You aren’t in a team yet. You need one to submit.</p>
      )}
      <p className="actions">
        <Link className="btn" href="/teams/new?next=/account">
          Create team
        </Link>
      </p>
    </section>
  );
}

function Tokens({ account }: { account: AccountView }) {
  return (
    <table className="plain stackable token-table">
      <caption className="vh">Your API tokens</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Created</th>
          <th scope="col">Last used</th>
          <th scope="col" className="num">
            <span className="vh">Action</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {account.tokens.length === 0 ? (
          <tr className="nothing">
            <td colSpan={4}>No tokens yet.</td>
          </tr>
        ) : (
          account.tokens.map((token) => (
            <tr key={token.id}>
              <th scope="row" className="anywhere">
                {token.name}
              </th>
              <td className="soft" data-l="created">
                {utcDate(token.createdAt)}
              </td>
              <td className="soft" data-l="last used">
                {token.lastUsedAt ? utcDateTime(token.lastUsedAt) : 'never'}
              </td>
              <td className="num">
                <form action={revokeTokenAction}>
                  <input type="hidden" name="token" value={token.id} />
                  <SubmitButton pending="Revoking" className="btn bad">
                    Revoke<span className="vh"> {token.name}</span>
                  </SubmitButton>
                </form>
              </td>
            </tr>
          ))
        )}
      </tbody>
    </table>
  );
}
