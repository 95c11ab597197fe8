'use client';

import { useActionState } from 'react';
import { Outcome } from '#components/ui/action-form.tsx';
import { EMPTY_FORM, type FormAction } from '#components/ui/form-state.ts';
import { SubmitButton } from '#components/ui/submit-button.tsx';

const DECISIONS = [
  { value: 'approve', label: 'Approve' },
  { value: 'decline', label: 'Decline' },
  { value: 'group', label: 'Move to group' },
] as const;

/** Decides about the teams that are selected in its table: one decision for all of them. */
export function RegistrationsForm({
  challenge,
  replies,
  action,
  children,
}: {
  challenge: string;
  /** Names of the replies to choose from. */
  replies: readonly string[];
  action: FormAction;
  /** The table with a checkbox for each team. */
  children: React.ReactNode;
}) {
  const [state, send] = useActionState(action, EMPTY_FORM);
  const { fields, values } = state;
  return (
    <form action={send}>
      <input type="hidden" name="challenge" value={challenge} />
      <Outcome state={state} />
      {fields['teams'] ? <p className="field error-note">{fields['teams']}</p> : null}
      {children}
      <fieldset className="decisions">
        <legend className="h2s">Decide about the selected teams</legend>
        <div className="field">
          <label htmlFor="decision">Decision</label>
          <select
            key={values['decision']}
            id="decision"
            name="decision"
            defaultValue={values['decision'] ?? 'approve'}
          >
            {DECISIONS.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </div>
        {replies.length > 0 ? (
          <div className="field">
            <label htmlFor="reply">Reply</label>
            <select key={values['reply']} id="reply" name="reply" defaultValue={values['reply'] ?? ''}>
              <option value="">None</option>
              {replies.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </div>
        ) : null}
        <div className="field">
          <label htmlFor="group">Group</label>
          <input
            key={values['group']}
            id="group"
            name="group"
            type="text"
            maxLength={60}
            defaultValue={values['group']}
          />
        </div>
        <div className="field">
          <label htmlFor="reason">Reason, for the teams</label>
          <textarea
            key={values['reason']}
            id="reason"
            name="reason"
            rows={3}
            maxLength={500}
            defaultValue={values['reason']}
            aria-invalid={fields['reason'] ? true : undefined}
            aria-describedby={fields['reason'] ? 'reason-error' : undefined}
          />
          {fields['reason'] ? (
            <p className="error" id="reason-error">
              {fields['reason']}
            </p>
          ) : null}
        </div>
        <div className="actions">
          <SubmitButton pending="Saving" className="btn primary">
            Save decision
          </SubmitButton>
        </div>
      </fieldset>
    </form>
  );
}
