import type { Metadata } from 'next';
import Link from 'next/link';
import { pendingIdentity } from '#app/pending-identity.ts';
import { type Parameter, safeNext } from '#app/refuse.ts';
import { LinkProblem } from '#components/account/link-problem.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { readPendingIdentity } from '#lib/site/accounts/providers/identities.ts';
import { site } from '#lib/site/site.ts';
import { createAccountAction } from './actions.ts';

export const metadata: Metadata = { title: 'Create an account' };

/** After a sign-in at a provider that no account here is linked with. */
export default async function NewIdentityPage({
  searchParams,
}: {
  searchParams: Promise<{ next?: Parameter }>;
}) {
  const next = safeNext((await searchParams).next);
  const here = site();
  const identity = readPendingIdentity(here, await pendingIdentity(here));
  const provider = here.environment.providers.find(({ id }) => id === identity?.provider)?.name;
  return (
    <main id="main" className="wrap page-top">
      <h1>Create an account</h1>
      {identity ? (
        <>
          <p className="soft narrow-text">
            No account here is linked with your {provider} sign-in yet. Create one now. If you already have an
            account, <Link href="/sign-in?next=/account">sign in with it</Link> and link {provider} on your
            account’s page.
          </p>
          <ActionForm
            action={createAccountAction}
            fields={[
              { name: 'next', label: '', type: 'hidden', value: next },
              {
                name: 'name',
                label: 'Name',
                type: 'text',
                autoComplete: 'name',
                maxLength: 80,
                value: identity.label,
                hint: 'Your team and the organizers see this name.',
              },
            ]}
            submit="Create account"
            pending="Creating account"
          />
        </>
      ) : (
        <LinkProblem
          problem="This sign-in has expired, or was already used."
          href="/sign-in"
          label="Sign in again"
        />
      )}
    </main>
  );
}
