import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { type AddressNote, readNote } from '#app/address-note.ts';
import { type Parameter, safeNext } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { ProviderButtons } from '#components/account/provider-buttons.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { WRONG_CREDENTIALS } from '#lib/site/accounts/sign-in.ts';
import { site } from '#lib/site/site.ts';
import { signInAction } from './actions.ts';

export const metadata: Metadata = { title: 'Sign in' };

export default async function SignInPage({
  searchParams,
}: {
  searchParams: Promise<{ next?: Parameter; error?: Parameter }>;
}) {
  const { next, error } = await searchParams;
  const target = safeNext(next);
  if (await currentViewer()) redirect(target);
  const note = await readNote();
  return (
    <main id="main" className="wrap page-top">
      <h1>Sign in</h1>
      {note ? <Note note={note} /> : <p className="soft narrow-text">{reasonFor(target)}</p>}
      {error ? (
        <p className="refusal narrow-text">
          <b>Sign-in failed.</b>{' '}
          {error === 'CredentialsSignin' ? WRONG_CREDENTIALS : 'Try again in a minute.'}
        </p>
      ) : null}
      <ActionForm
        action={signInAction}
        fields={[
          { name: 'next', label: '', type: 'hidden', value: target },
          {
            name: 'email',
            label: 'Email',
            type: 'email',
            autoComplete: 'username',
            ...(note ? { value: note.email } : {}),
          },
          { name: 'password', label: 'Password', type: 'password', autoComplete: 'current-password' },
        ]}
        submit="Sign in"
        pending="Signing in"
      />
      <ProviderButtons providers={site().environment.providers} verb="Sign in with" next={target} />
      <p className="soft after-form">
        <Link href="/reset-password">Reset your password</Link> ·{' '}
        <Link href={`/sign-in/link?next=${encodeURIComponent(target)}`}>Sign in by mail</Link>
      </p>
      <p className="soft after-form">
        No account yet? <Link href={`/sign-up?next=${encodeURIComponent(target)}`}>Sign up</Link>
      </p>
    </main>
  );
}

function reasonFor(target: string): string {
  return target === '/'
    ? 'You need an account to submit. Challenges and leaderboards are open to everyone.'
    : 'Sign in to see the page you asked for.';
}

function Note({ note: { kind, email } }: { note: AddressNote }) {
  return (
    <div className="done-note narrow-text" role="status">
      {kind === 'password-set' ? (
        <p>
          <b>Password set.</b> Sign in with it.
        </p>
      ) : (
        <SignedUp email={email} />
      )}
    </div>
  );
}

/** Says the same whether or not the address had an account. */
function SignedUp({ email }: { email: string }) {
  return (
    <>
      <p>
        <b>Almost done.</b> Sign in with the password that you have just chosen.
      </p>
      <p className="soft">
        If <span className="anywhere">{email}</span> already had an account, nothing about it has changed:
        sign in with its password.
      </p>
    </>
  );
}
