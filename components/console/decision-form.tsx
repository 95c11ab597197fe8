'use client';

import { useActionState } from 'react';
import { Field, type FieldSpec, Outcome } from '#components/ui/action-form.tsx';
import { EMPTY_FORM, type FormAction } from '#components/ui/form-state.ts';
import { SubmitButton } from '#components/ui/submit-button.tsx';

/** Decides about what is selected in its table: one decision for all of it, with a reply and a reason. */
export function DecisionForm({
  challenge,
  items,
  legend,
  decisions,
  replies,
  fields = [],
  reason,
  action,
  after,
  children,
}: {
  challenge: string;
  /** Name of the checkboxes’ field in refusals. */
  items: string;
  legend: string;
  decisions: readonly { value: string; label: string }[];
  /** Names of the replies to choose from. */
  replies: readonly string[];
  /** Before the reason. */
  fields?: readonly FieldSpec[];
  reason: { label: string; maxLength: number };
  action: FormAction;
  /** Behind the button, with buttons of its own. */
  after?: React.ReactNode;
  /** The table with a checkbox for each item. */
  children: React.ReactNode;
}) {
  const [state, send] = useActionState(action, EMPTY_FORM);
  const replyOptions = [
    { value: '', label: 'None' },
    ...replies.map((name) => ({ value: name, label: name })),
  ];
  const shown: FieldSpec[] = [
    { name: 'decision', label: 'Decision', type: 'select', options: decisions, value: decisions[0]!.value },
    ...(replies.length > 0
      ? [{ name: 'reply', label: 'Reply', type: 'select' as const, options: replyOptions, isOptional: true }]
      : []),
    ...fields,
    { name: 'reason', type: 'lines', isOptional: true, ...reason },
  ];
  return (
    <form action={send} noValidate>
      <input type="hidden" name="challenge" value={challenge} />
      <Outcome state={state} />
      {state.fields[items] ? <p className="field error-note">{state.fields[items]}</p> : null}
      {children}
      <fieldset className="decisions">
        <legend className="h2s">{legend}</legend>
        {shown.map((field) => (
          <Field key={field.name} field={field} form="decision" state={state} />
        ))}
        <div className="actions">
          <SubmitButton pending="Saving" className="btn primary">
            Save decision
          </SubmitButton>
        </div>
        {after}
      </fieldset>
    </form>
  );
}
