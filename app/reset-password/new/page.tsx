import type { Metadata } from 'next';
import { mailedLink } from '#app/mailed-link.ts';
import type { Parameter } from '#app/refuse.ts';
import { LinkProblem } from '#components/account/link-problem.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { setPasswordAction } from './actions.ts';

export const metadata: Metadata = { title: 'Set a new password', referrer: 'no-referrer' };

export default async function NewPasswordPage({
  searchParams,
}: {
  searchParams: Promise<{ token?: Parameter }>;
}) {
  const found = await mailedLink('RESET_PASSWORD', (await searchParams).token);
  return (
    <main id="main" className="wrap page-top">
      <h1>Set a new password</h1>
      {'problem' in found ? (
        <LinkProblem problem={found.problem} href="/reset-password" label="Request a new link" />
      ) : (
        <>
          <p className="soft narrow-text">
            For the account <span className="anywhere">{found.link.email}</span>. All browsers are signed out;
            API tokens keep working.
          </p>
          <ActionForm
            action={setPasswordAction}
            fields={[
              { name: 'token', label: '', type: 'hidden', value: found.token },
              {
                name: 'password',
                label: 'New password',
                type: 'password',
                autoComplete: 'new-password',
                hint: 'At least 10 characters.',
              },
            ]}
            submit="Set password"
            pending="Setting password"
          />
        </>
      )}
    </main>
  );
}
