import type { Metadata } from 'next';
import Link from 'next/link';
import { type Parameter, safeNext, signInAddress } from '#app/refuse.ts';
import { ActionForm } from '#components/ui/action-form.tsx';
import { sendsMail } from '#lib/site/accounts/email-links/mail-limits.ts';
import { site } from '#lib/site/site.ts';
import { requestLinkAction } from './actions.ts';

export const metadata: Metadata = { title: 'Sign in by mail' };

export default async function SignInLinkPage({
  searchParams,
}: {
  searchParams: Promise<{ next?: Parameter }>;
}) {
  const next = safeNext((await searchParams).next);
  return (
    <main id="main" className="wrap page-top">
      <h1>Sign in by mail</h1>
      {sendsMail(site().environment) ? (
        <>
          <p className="soft narrow-text">
            You get a link that signs you in without your password, for 15 minutes.
          </p>
          <ActionForm
            action={requestLinkAction}
            fields={[
              { name: 'next', label: '', type: 'hidden', value: next },
              { name: 'email', label: 'Email', type: 'email', autoComplete: 'username' },
            ]}
            submit="Send link"
            pending="Sending"
          />
        </>
      ) : (
        <p className="refusal narrow-text">This site can’t send mail. Sign in with your password.</p>
      )}
      <p className="soft after-form">
        <Link href={signInAddress(next)}>Sign in with a password</Link>
      </p>
    </main>
  );
}
