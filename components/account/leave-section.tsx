import { ActionForm } from '#components/ui/action-form.tsx';
import { Confirmation } from '#components/ui/confirmation.tsx';
import type { FormAction } from '#components/ui/form-state.ts';

/** Taking one's data along, and deleting the account. */
export function LeaveSection({ deleteAccount }: { deleteAccount: FormAction }) {
  return (
    <section aria-labelledby="your-data">
      <h2 id="your-data">Your data</h2>
      <p className="soft">Everything that this site stores about you, as JSON.</p>
      <p className="actions">
        <a className="btn" href="/account/export" download>
          Download your data
        </a>
      </p>
      <Confirmation label="Delete account">
        <p>
          This deletes your profile, sessions, tokens and memberships at once, and can’t be undone.
          Submissions and their results stay with their teams, under “Former member”. The audit trail, which
          nobody can change, keeps the names under which you acted in challenges.
        </p>
        <ActionForm
          action={deleteAccount}
          fields={[
            {
              name: 'delete-password',
              label: 'Your password',
              type: 'password',
              autoComplete: 'current-password',
            },
          ]}
          submit="Delete account permanently"
          pending="Deleting"
        />
      </Confirmation>
    </section>
  );
}
