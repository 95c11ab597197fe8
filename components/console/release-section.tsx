import { ActionForm } from '#components/ui/action-form.tsx';
import { Confirmation } from '#components/ui/confirmation.tsx';
import type { FormAction } from '#components/ui/form-state.ts';

/** Somebody who left a team that had submitted may enter with another one. */
export function ReleaseSection({ challenge, action }: { challenge: string; action: FormAction }) {
  return (
    <section className="console-section" aria-labelledby="release">
      <h2 id="release">Release a person</h2>
      <p className="soft narrow-text">
        Each person takes part with one team. Whoever leaves a team that has submitted stays bound to it, so
        that nobody uses the quota of two teams. You can make an exception.
      </p>
      <div className="after-form">
        <Confirmation label="Release a person" isHarmless>
          <ActionForm
            name="release"
            action={action}
            fields={[
              { name: 'challenge', label: '', type: 'hidden', value: challenge },
              { name: 'email', label: 'Email address', type: 'email', autoComplete: 'off' },
              { name: 'reason', label: 'Reason, for the audit trail', type: 'lines', maxLength: 500 },
            ]}
            submit="Release"
            pending="Releasing"
          />
        </Confirmation>
      </div>
    </section>
  );
}
