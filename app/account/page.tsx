import type { Metadata } from 'next';
import Link from 'next/link';
import { keyField } from '#app/form-key.ts';
import { orPage, type Parameter } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EmailSection } from '#components/account/email-section.tsx';
import { IdentitySection } from '#components/account/identity-section.tsx';
import { LeaveSection } from '#components/account/leave-section.tsx';
import { ProfileSection } from '#components/account/profile-section.tsx';
import { SessionTable } from '#components/account/session-table.tsx';
import { TokenSection } from '#components/account/token-section.tsx';
import { TwoFactorSection } from '#components/account/two-factor-section.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import type { AccountView } from '#lib/api/pages/account.ts';
import { accountView } from '#lib/site/accounts/account-view.ts';
import { may } from '#lib/site/authorization.ts';
import { site } from '#lib/site/site.ts';
import {
  changePasswordAction,
  changeProfileAction,
  createTokenAction,
  deleteAccountAction,
  endSessionAction,
  revokeTokenAction,
  signOutEverywhereAction,
  unlinkAction,
} from './actions.ts';
import { changeAddressAction, sendConfirmationAction } from './address/actions.ts';
import {
  confirmFactorAction,
  removeFactorAction,
  renewCodesAction,
  startFactorAction,
} from './two-factor/actions.ts';

export const metadata: Metadata = { title: 'Your account' };

interface Props {
  searchParams: Promise<{ error?: Parameter }>;
}

export default async function AccountPage({ searchParams }: Props) {
  const { error } = await searchParams;
  const viewer = await currentViewer();
  const account = await orPage(accountView(site(), viewer), '/account');
  return (
    <main id="main" className="wrap page-top">
      <div className="head">
        <h1>Your account</h1>
        <p className="stamp">
          <Link href="/account/notifications">Notifications</Link>
          {' · '}
          <Link href="/account/download-key">Download key</Link>
          {' · '}
          <Link href="/account/data">Your data</Link>
          {may('site.inspect', viewer) ? (
            <>
              {' · '}
              <Link href="/admin" prefetch={false}>
                Administration
              </Link>
            </>
          ) : null}
        </p>
      </div>
      {error === 'identity' ? (
        <p className="refusal narrow-text">
          <b>Not linked.</b> This sign-in belongs to another account here. Unlink it there first.
        </p>
      ) : null}
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
          <TwoFactorSection
            account={account}
            start={startFactorAction}
            confirm={confirmFactorAction}
            renew={renewCodesAction}
            remove={removeFactorAction}
          />
          <IdentitySection account={account} unlink={unlinkAction} />
          <Teams account={account} />
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
          <TokenSection
            tokens={account.tokens}
            keyField={await keyField()}
            createToken={createTokenAction}
            revokeToken={revokeTokenAction}
          />
          <LeaveSection deleteAccount={deleteAccountAction} />
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
