import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { safeNext } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { ActionForm } from '#components/ui/action-form.tsx';
import { signInAction } from './actions.ts';

export const metadata: Metadata = { title: 'Sign in' };

export default async function SignInPage({
  searchParams,
}: {
  searchParams: Promise<{ next?: string; error?: string }>;
}) {
  const { next, error } = await searchParams;
  const target = safeNext(next);
  if (await currentViewer()) redirect(target);
  return (
    <main id="main" className="wrap page-top">
      <h1>Sign in</h1>
      <p className="soft narrow-text">
        {target === '/'
          ? 'You need an account to submit. Challenges and leaderboards are open to everyone.'
          : 'Sign in to see the page you asked for.'}
      </p>
      {error ? (
        <p className="refusal narrow-text">
          <b>Sign-in failed.</b> The email address or password is wrong.
        </p>
      ) : null}
      <ActionForm
        action={signInAction}
        fields={[
          { name: 'next', label: '', type: 'hidden', value: target },
          { name: 'email', label: 'Email', type: 'email', autoComplete: 'username' },
          { name: 'password', label: 'Password', type: 'password', autoComplete: 'current-password' },
        ]}
        submit="Sign in"
        pending="Signing in"
      />
      <p className="soft after-form">
        No account yet? <Link href={`/sign-up?next=${encodeURIComponent(target)}`}>Sign up</Link>
      </p>
    </main>
  );
}
