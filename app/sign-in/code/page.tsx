import type { Metadata } from 'next';
import { type Parameter, safeNext } from '#app/refuse.ts';
import { pendingCode } from '#app/start-session.ts';
import { LinkProblem } from '#components/account/link-problem.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { readPendingSignIn } from '#lib/site/accounts/two-factor/second-factor.ts';
import { site } from '#lib/site/site.ts';
import { enterCodeAction } from './actions.ts';

export const metadata: Metadata = { title: 'Enter your code' };

/** After the first factor, for an account that has a second one. */
export default async function CodePage({ searchParams }: { searchParams: Promise<{ next?: Parameter }> }) {
  const next = safeNext((await searchParams).next);
  const here = site();
  const user = readPendingSignIn(here, await pendingCode(here));
  return (
    <main id="main" className="wrap page-top">
      <h1>Enter your code</h1>
      {user ? (
        <>
          <p className="soft narrow-text">
            Enter the code that your authenticator app shows for Heldout, or one of your recovery codes.
          </p>
          <ActionForm
            action={enterCodeAction}
            fields={[
              { name: 'next', label: '', type: 'hidden', value: next },
              { name: 'code', label: 'Code', type: 'text', autoComplete: 'one-time-code', maxLength: 20 },
            ]}
            submit="Sign in"
            pending="Signing in"
          />
        </>
      ) : (
        <LinkProblem problem="This sign-in took too long." href="/sign-in" label="Sign in again" />
      )}
    </main>
  );
}
