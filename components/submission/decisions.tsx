import { utcDateTime } from '#components/format/time.ts';
import { ActionButton } from '#components/ui/action-button.tsx';
import { ActionForm, type FieldSpec } from '#components/ui/action-form.tsx';
import { Confirmation } from '#components/ui/confirmation.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import type { SubmissionView } from '#lib/api/submissions.ts';
import { isFinal } from '#lib/domain/evaluations/state.ts';

export interface DecisionActions {
  withdraw: FormAction;
  exclude: FormAction;
  include: FormAction;
  returnQuota: FormAction;
}

/** What the team and the organizers decide about a submission: withdraw, exclude, give back its quota. */
export function Decisions({ submission, actions }: { submission: SubmissionView; actions: DecisionActions }) {
  const { id, tombstone, quotaReturn, viewerMay, evaluation } = submission;
  const mayEnd = !tombstone && isFinal(evaluation.state);
  const mayReturn = viewerMay.returnQuota && !quotaReturn && evaluation.usesQuota;
  const isOffered =
    (mayEnd && (viewerMay.withdraw || viewerMay.exclude)) ||
    mayReturn ||
    (tombstone && viewerMay.exclude) ||
    quotaReturn;
  if (!isOffered) return null;
  return (
    <section className="decided">
      <h2>Decisions</h2>
      {tombstone && viewerMay.exclude ? (
        <ActionButton action={actions.include} values={{ submission: id }} pending="Including">
          Let it count again
        </ActionButton>
      ) : null}
      {quotaReturn ? (
        <p>
          <b>Quota given back</b> on {utcDateTime(quotaReturn.at)}:{' '}
          <span className="anywhere">{quotaReturn.reason}</span>
        </p>
      ) : null}
      {mayEnd && viewerMay.exclude ? (
        <Asked id={id} name="exclude" label="Exclude submission" action={actions.exclude} isBad>
          Its scores stop counting, and its name stays in public with your reason. You can undo that.
        </Asked>
      ) : null}
      {mayEnd && viewerMay.withdraw ? (
        <Asked id={id} name="withdraw" label="Withdraw submission" action={actions.withdraw} isBad>
          Its scores stop counting, and its name stays in public with your reason. Only organizers can undo
          that. The quota stays used.
        </Asked>
      ) : null}
      {mayReturn ? (
        <Asked id={id} name="return" label="Give back quota" action={actions.returnQuota}>
          The submission stays as it is, and the team can submit once more in its place. The team sees your
          reason.
        </Asked>
      ) : null}
    </section>
  );
}

/** A decision with its question and its reason. */
function Asked({
  id,
  name,
  label,
  action,
  isBad = false,
  children,
}: {
  id: string;
  name: string;
  label: string;
  action: FormAction;
  isBad?: boolean;
  children: React.ReactNode;
}) {
  const fields: FieldSpec[] = [
    { name: 'submission', label: '', type: 'hidden', value: id },
    { name: 'reason', label: 'Reason', type: 'lines', maxLength: 500 },
  ];
  return (
    <Confirmation label={`${label} …`} isHarmless={!isBad}>
      <p>{children}</p>
      <ActionForm action={action} name={name} fields={fields} submit={label} pending="Saving" />
    </Confirmation>
  );
}
