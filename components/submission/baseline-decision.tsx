import { ActionButton } from '#components/ui/action-button.tsx';
import { ActionForm, type FieldSpec } from '#components/ui/action-form.tsx';
import { Confirmation } from '#components/ui/confirmation.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import type { SubmissionView } from '#lib/api/submissions.ts';
import { MAX_BASELINE_NAME_LENGTH } from '#lib/domain/submissions/baseline-name.ts';

/** Organizers make a submission of their own team a baseline, or undo that. */
export function BaselineDecision({
  submission,
  actions,
}: {
  submission: SubmissionView;
  actions: { name: FormAction; drop: FormAction };
}) {
  const { id, baseline, viewerMay } = submission;
  if (!viewerMay.nameBaseline) return null;
  return (
    <section>
      <h2>Baseline</h2>
      {baseline === null ? (
        <Naming submission={submission} action={actions.name} />
      ) : (
        <Confirmation label="Undo baseline …" isHarmless>
          <p>
            The row and the line “{baseline}” leave the leaderboard. The submission counts again as it did
            before, in the ranking and in the quota of {submission.team.name}.
          </p>
          <ActionButton action={actions.drop} values={{ submission: id }} pending="Undoing">
            Undo baseline
          </ActionButton>
        </Confirmation>
      )}
    </section>
  );
}

function Naming({ submission, action }: { submission: SubmissionView; action: FormAction }) {
  const fields: FieldSpec[] = [
    { name: 'submission', label: '', type: 'hidden', value: submission.id },
    {
      name: 'name',
      label: 'Name on the leaderboard',
      type: 'text',
      value: submission.algorithm.slice(0, MAX_BASELINE_NAME_LENGTH),
      maxLength: MAX_BASELINE_NAME_LENGTH,
    },
  ];
  return (
    <Confirmation label="Make it a baseline …" isHarmless>
      <p>
        The leaderboard shows it by this name as a row without a rank, and as a line in figures, by the same
        disclosure rules as other submissions. It changes no rank, doesn’t count for {submission.team.name},
        and uses no quota. You can undo that.
      </p>
      <ActionForm
        action={action}
        name="baseline"
        fields={fields}
        submit="Make it a baseline"
        pending="Saving"
      />
    </Confirmation>
  );
}
