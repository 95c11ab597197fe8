'use client';

import { useActionState } from 'react';
import { Outcome } from './action-form.tsx';
import { EMPTY_FORM, type FormAction } from './form-state.ts';
import { SubmitButton } from './submit-button.tsx';

/** A button that changes one thing, and says why if that was refused. Works with and without JavaScript. */
export function ActionButton({
  action,
  values,
  pending,
  className = 'btn',
  children,
}: {
  action: FormAction;
  /** What the form sends. */
  values: Readonly<Record<string, string>>;
  pending: string;
  className?: string;
  children: React.ReactNode;
}) {
  const [state, send] = useActionState(action, EMPTY_FORM);
  return (
    <form action={send}>
      {Object.entries(values).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <SubmitButton pending={pending} className={className}>
        {children}
      </SubmitButton>
      <Outcome state={state} />
    </form>
  );
}
