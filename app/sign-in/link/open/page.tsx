import type { Metadata } from 'next';
import { mailedLink } from '#app/mailed-link.ts';
import { type Parameter, safeNext } from '#app/refuse.ts';
import { LinkProblem } from '#components/account/link-problem.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { openLinkAction } from './actions.ts';

export const metadata: Metadata = { title: 'Sign in', referrer: 'no-referrer' };

interface Props {
  searchParams: Promise<{ token?: Parameter; next?: Parameter }>;
}

export default async function OpenSignInLinkPage({ searchParams }: Props) {
  const { token, next } = await searchParams;
  const found = await mailedLink('SIGN_IN', token);
  return (
    <main id="main" className="wrap page-top">
      <h1>Sign in</h1>
      {'problem' in found ? (
        <LinkProblem problem={found.problem} href="/sign-in/link" label="Request a new link" />
      ) : (
        <>
          <p className="soft narrow-text">
            This signs you in to the account <span className="anywhere">{found.link.email}</span>. The link
            works once.
          </p>
          <ActionForm
            action={openLinkAction}
            fields={[
              { name: 'token', label: '', type: 'hidden', value: found.token },
              { name: 'next', label: '', type: 'hidden', value: safeNext(next) },
            ]}
            submit="Sign in"
            pending="Signing in"
          />
        </>
      )}
    </main>
  );
}
