import type { Metadata } from 'next';
import { ActionForm } from '#components/ui/action-form.tsx';
import { sendsMail } from '#lib/site/accounts/email-links/mail-limits.ts';
import { site } from '#lib/site/site.ts';
import { requestResetAction } from './actions.ts';

export const metadata: Metadata = { title: 'Reset your password' };

export default function ResetPasswordPage() {
  return (
    <main id="main" className="wrap page-top">
      <h1>Reset your password</h1>
      {sendsMail(site().environment) ? (
        <>
          <p className="soft narrow-text">
            Enter the address of your account. You get a link with which you can set a new password.
          </p>
          <ActionForm
            action={requestResetAction}
            fields={[{ name: 'email', label: 'Email', type: 'email', autoComplete: 'username' }]}
            submit="Send link"
            pending="Sending"
          />
        </>
      ) : (
        <p className="refusal narrow-text">
          This site can’t send mail, so it can’t send a link. Ask its administrator for a new password.
        </p>
      )}
    </main>
  );
}
