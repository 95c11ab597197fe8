import { ActionForm } from '#components/ui/action-form.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import type { AccountView } from '#lib/api/pages/account.ts';

/** The address of the account, whether it was confirmed, and how to change it. */
export function EmailSection({
  account: { email, isEmailConfirmed, sendsMail },
  changeAddress,
  sendConfirmation,
}: {
  account: Pick<AccountView, 'email' | 'isEmailConfirmed' | 'sendsMail'>;
  changeAddress: FormAction;
  sendConfirmation: FormAction;
}) {
  return (
    <section aria-labelledby="email">
      <h2 id="email">Email</h2>
      <p>
        <span className="anywhere">{email ?? 'No email address'}</span>{' '}
        {email === null ? null : (
          <span className="muted">{isEmailConfirmed ? 'confirmed' : 'not confirmed'}</span>
        )}
      </p>
      {sendsMail ? null : (
        <p className="soft">This site can’t send mail at the moment, so the address can’t be changed.</p>
      )}
      {sendsMail && email !== null && !isEmailConfirmed ? (
        <ActionForm
          inline
          action={sendConfirmation}
          fields={[]}
          submit="Send confirmation link"
          pending="Sending"
        />
      ) : null}
      {sendsMail ? (
        <ActionForm
          action={changeAddress}
          fields={[
            {
              name: 'new-email',
              label: 'New address',
              type: 'email',
              autoComplete: 'email',
              hint: 'You get a link there, and a notice at the old address.',
            },
            {
              name: 'email-password',
              label: 'Your password',
              type: 'password',
              autoComplete: 'current-password',
            },
          ]}
          submit="Change address"
          pending="Sending link"
        />
      ) : null}
    </section>
  );
}
