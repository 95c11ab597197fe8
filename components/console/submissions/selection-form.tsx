'use client';

import { useActionState } from 'react';
import { Outcome } from '#components/ui/action-form.tsx';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import type { ManyPlan } from '#lib/api/pages/organizer.ts';
import { counted } from '#lib/domain/units.ts';
import { EMPTY_SELECTION, type SelectionAction } from './selection-state.ts';

const VERBS = { rerun: 'Rerun', cancel: 'Cancel' } as const;

/** Reruns or cancels the submissions that are selected in its table, after a question with their number. */
export function SelectionForm({
  challenge,
  action,
  children,
}: {
  challenge: string;
  action: SelectionAction;
  /** The table with a checkbox for each submission. */
  children: React.ReactNode;
}) {
  const [state, send] = useActionState(action, EMPTY_SELECTION);
  const { plan, fields } = state;
  return (
    <>
      <form action={send}>
        <input type="hidden" name="challenge" value={challenge} />
        {children}
        <div className="selection">
          <SubmitButton pending="Counting" className="btn" name="action" value="rerun">
            Rerun selected …
          </SubmitButton>
          <SubmitButton pending="Counting" className="btn bad" name="action" value="cancel">
            Cancel selected …
          </SubmitButton>
        </div>
      </form>
      {fields['submissions'] ? <p className="field error-note">{fields['submissions']}</p> : null}
      <Outcome state={fields['submissions'] ? { ...state, refusal: null } : state} />
      {plan ? <Question key={plan.submissions.join()} challenge={challenge} plan={plan} send={send} /> : null}
    </>
  );
}

function Question({
  challenge,
  plan: { action, submissions, teams, impossible },
  send,
}: {
  challenge: string;
  plan: ManyPlan;
  send: (form: FormData) => void;
}) {
  const verb = VERBS[action];
  const count = counted(submissions.length, 'submission');
  const left =
    impossible === 0
      ? ''
      : ` ${impossible} of the selected ${impossible === 1 ? 'stays as it is: it has' : 'stay as they are: they have'} ${
          action === 'cancel' ? 'ended' : 'not ended with a platform error'
        }.`;
  if (submissions.length === 0) return <p role="status">{`There is nothing to ${action}.${left}`}</p>;
  return (
    <form action={send} className="selection-question" aria-label={`${verb} submissions`}>
      <input type="hidden" name="challenge" value={challenge} />
      <input type="hidden" name="action" value={action} />
      <input type="hidden" name="confirmed" value="yes" />
      {submissions.map((id) => (
        <input key={id} type="hidden" name="submission" value={id} />
      ))}
      <p role="status">
        <b>
          {verb} {count} of {counted(teams, 'team')}?
        </b>
        {left}{' '}
        {action === 'cancel'
          ? 'What has started counts against the teams’ quotas.'
          : 'A rerun doesn’t use quota.'}
      </p>
      <SubmitButton pending={verb} className={action === 'cancel' ? 'btn bad' : 'btn primary'}>
        {verb} {count}
      </SubmitButton>
    </form>
  );
}
