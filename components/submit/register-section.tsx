import { utcDate } from '#components/format/time.ts';
import { questionField } from '#components/registrations/question-field.ts';
import { ActionForm, type FieldSpec } from '#components/ui/action-form.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import type { SubmitView } from '#lib/api/pages/submit.ts';
import { Terms, termsFields } from './terms.tsx';

/** Where a team stands with its registration, and the form if it hasn't one. */
export function RegisterSection({
  view,
  team,
  keyField,
  register,
}: {
  view: SubmitView;
  team: SubmitView['teams'][number];
  /** With the form's idempotency key. */
  keyField: FieldSpec;
  register: FormAction;
}) {
  const { registration } = team;
  if (registration?.state === 'PENDING') {
    return (
      <section className="register">
        <h2>{team.name} waits for the organizers</h2>
        <p className="soft narrow-text">
          The team registered on {utcDate(registration.createdAt)}. Its owner gets a mail when the organizers
          have decided. After that, every member can submit for it.
        </p>
      </section>
    );
  }
  return (
    <section className="register">
      <h2>Register {team.name}</h2>
      {registration ? (
        <>
          <p>
            <b>The organizers declined the registration.</b> You can register the team again.
          </p>
          <p className="soft narrow-text lines">{registration.reason}</p>
        </>
      ) : (
        <p className="soft narrow-text">
          A team registers once per challenge. After that, every member can submit for it.
          {view.needsApproval ? ' The organizers approve each team first.' : ''}
        </p>
      )}
      <Terms view={view} />
      <ActionForm
        name={team.slug}
        action={register}
        fields={[
          keyField,
          { name: 'challenge', label: '', type: 'hidden', value: view.challengeSlug },
          { name: 'team', label: '', type: 'hidden', value: team.slug },
          ...view.questions.map(questionField),
          ...termsFields(view),
        ]}
        submit={`Register ${team.name}`}
        pending="Registering"
      />
    </section>
  );
}
