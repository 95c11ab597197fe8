import { utcDateTime } from '#components/format/time.ts';
import { Confirmation } from '#components/ui/confirmation.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import type { AccountView } from '#lib/api/pages/account.ts';

/** The browsers that are signed in, and how to sign them out. */
export function SessionTable({
  sessions,
  endSession,
  signOutEverywhere,
}: {
  sessions: AccountView['sessions'];
  endSession: (form: FormData) => Promise<void>;
  signOutEverywhere: () => Promise<void>;
}) {
  return (
    <>
      <table className="plain stackable token-table">
        <caption className="vh">Browsers that are signed in</caption>
        <thead>
          <tr>
            <th scope="col">Browser</th>
            <th scope="col">Signed in</th>
            <th scope="col">Last used</th>
            <th scope="col" className="num">
              <span className="vh">Action</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <tr key={session.id}>
              <th scope="row" className="anywhere">
                {session.browser}
                {session.isCurrent ? <span className="muted"> (this browser)</span> : null}
              </th>
              <td className="soft" data-l="signed in">
                {utcDateTime(session.createdAt)}
              </td>
              <td className="soft" data-l="last used">
                {session.isCurrent ? 'now' : utcDateTime(session.lastSeenAt)}
              </td>
              <td className="num">
                <form action={endSession}>
                  <input type="hidden" name="session" value={session.id} />
                  <SubmitButton pending="Signing out" className="btn bad">
                    Sign out
                    <span className="vh">
                      {' '}
                      {session.isCurrent
                        ? 'this browser'
                        : `${session.browser}, ${utcDateTime(session.createdAt)}`}
                    </span>
                  </SubmitButton>
                </form>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className="after-table">
        <Confirmation label="Sign out everywhere">
          <p>{everywhere(sessions.length)} API tokens keep working.</p>
          <form action={signOutEverywhere} className="actions">
            <SubmitButton pending="Signing out" className="btn">
              Sign out all browsers
            </SubmitButton>
          </form>
        </Confirmation>
      </div>
    </>
  );
}

function everywhere(count: number): string {
  return count === 1
    ? 'Sign out this browser? No other browser is signed in.'
    : `Sign out all ${count} browsers, including this one?`;
}
