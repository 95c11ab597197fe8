import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { type Parameter, safeNext } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { ActionForm } from '#components/ui/action-form.tsx';
import { signUpAction } from './actions.ts';

export const metadata: Metadata = { title: 'Sign up' };

export default async function SignUpPage({ searchParams }: { searchParams: Promise<{ next?: Parameter }> }) {
  const target = safeNext((await searchParams).next);
  if (await currentViewer()) redirect(target);
  return (
    <main id="main" className="wrap page-top">
      <h1>Sign up</h1>
      <p className="soft narrow-text">Your account is personal. Next, you create a team to submit with.</p>
      <ActionForm
        action={signUpAction}
        fields={[
          { name: 'next', label: '', type: 'hidden', value: target },
          {
            name: 'name',
            label: 'Name',
            type: 'text',
            autoComplete: 'name',
            maxLength: 80,
            hint: 'Your team and the organizers see this name.',
          },
          {
            name: 'email',
            label: 'Email',
            type: 'email',
            autoComplete: 'username',
            hint: 'Never shown to others.',
          },
          {
            name: 'password',
            label: 'Password',
            type: 'password',
            autoComplete: 'new-password',
            hint: 'At least 10 characters.',
          },
        ]}
        submit="Sign up"
        pending="Signing up"
      />
      <p className="soft after-form">
        Already have an account? <Link href={`/sign-in?next=${encodeURIComponent(target)}`}>Sign in</Link>
      </p>
    </main>
  );
}
