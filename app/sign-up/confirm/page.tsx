import type { Metadata } from 'next';
import { mailedLink } from '#app/mailed-link.ts';
import { type Parameter, safeNext } from '#app/refuse.ts';
import { LinkProblem } from '#components/account/link-problem.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { confirmSignUpAction } from './actions.ts';

export const metadata: Metadata = { title: 'Confirm your account', referrer: 'no-referrer' };

interface Props {
  searchParams: Promise<{ token?: Parameter; next?: Parameter }>;
}

export default async function ConfirmSignUpPage({ searchParams }: Props) {
  const { token, next } = await searchParams;
  const found = await mailedLink('SIGN_UP', token);
  return (
    <main id="main" className="wrap page-top">
      <h1>Confirm your account</h1>
      {'problem' in found ? (
        <LinkProblem problem={found.problem} href="/sign-up" label="Sign up again" />
      ) : (
        <>
          <p className="soft narrow-text">
            Enter the password that you chose when you signed up as{' '}
            <span className="anywhere">{found.link.email}</span>. This creates your account and signs you in.
          </p>
          <ActionForm
            action={confirmSignUpAction}
            fields={[
              { name: 'token', label: '', type: 'hidden', value: found.token },
              { name: 'next', label: '', type: 'hidden', value: safeNext(next) },
              { name: 'password', label: 'Password', type: 'password', autoComplete: 'current-password' },
            ]}
            submit="Create account"
            pending="Creating account"
          />
        </>
      )}
    </main>
  );
}
