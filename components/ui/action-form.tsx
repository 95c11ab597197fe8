'use client';

import { useActionState, useEffect, useRef } from 'react';
import { EMPTY_FORM, type FormAction, type FormState } from './form-state.ts';
import { NewPasswordField } from './new-password-field.tsx';
import { type Option, SelectField } from './select-field.tsx';
import { SubmitButton } from './submit-button.tsx';

export interface FieldSpec {
  name: string;
  label: string;
  /** `lines` is a text of several lines. */
  type:
    | 'text'
    | 'email'
    | 'password'
    | 'hidden'
    | 'lines'
    | 'number'
    | 'datetime-local'
    | 'select'
    | 'agreement';
  autoComplete?: string;
  hint?: string;
  value?: string;
  maxLength?: number;
  /** Of a number. */
  range?: readonly [min: number, max: number];
  /** Of a select. */
  options?: readonly Option[];
  isOptional?: boolean;
}

/** A form of simple fields that posts to a server action, with or without JavaScript. */
export function ActionForm({
  action,
  fields,
  submit,
  pending,
  inline = false,
  name = '',
  other,
  children,
}: {
  action: FormAction;
  fields: readonly FieldSpec[];
  submit: string;
  pending: string;
  /** On one line: field and button side by side. */
  inline?: boolean;
  /** On a page with several forms: makes the IDs of its fields its own. */
  name?: string;
  /** A second button, whose value the form sends as `intent`. */
  other?: { value: string; label: string; pending: string };
  children?: React.ReactNode;
}) {
  const [state, send] = useActionState(action, EMPTY_FORM);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // Focus the first invalid field, so that keyboard users continue there.
    if (state.refusal) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [state]);
  return (
    <>
      <form ref={form} action={send} className={inline ? 'inline-form' : 'form'} noValidate>
        {inline ? null : <Outcome state={state} />}
        {fields.map((field) => (
          <Field key={field.name} field={field} form={name} state={state} />
        ))}
        {children}
        <div className={inline ? 'inline-action' : 'actions'}>
          <SubmitButton pending={pending} className={inline ? 'btn' : 'btn primary'}>
            {submit}
          </SubmitButton>
          {other ? (
            <SubmitButton pending={other.pending} className="btn" name="intent" value={other.value}>
              {other.label}
            </SubmitButton>
          ) : null}
        </div>
      </form>
      {inline ? <Outcome state={state} /> : null}
    </>
  );
}

/** What became of a form that was sent. */
export function Outcome({ state }: { state: FormState }) {
  return (
    <div role="status">
      {state.refusal ? (
        <p className="refusal">
          <b>Error:</b> {state.refusal}
        </p>
      ) : null}
      {state.done ? <p className="done-note">{state.done}</p> : null}
      {state.secret ? <p className="secret">{state.secret}</p> : null}
    </div>
  );
}

/** A field with its label, hint and error. */
export function Field({ field, form, state }: { field: FieldSpec; form: string; state: FormState }) {
  const error = state.fields[field.name];
  const id = `field-${form ? `${form}-` : ''}${field.name}`;
  const value = state.values[field.name] ?? field.value ?? '';
  if (field.type === 'hidden') return <input type="hidden" name={field.name} value={value} />;
  const described = [field.hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  const control = {
    id,
    name: field.name,
    defaultValue: value,
    maxLength: field.maxLength,
    required: !field.isOptional,
    'aria-invalid': error ? (true as const) : undefined,
    'aria-describedby': described || undefined,
  };
  if (field.type === 'agreement') {
    return (
      <div className="field">
        <label className="agreement" htmlFor={id}>
          <input
            key={value}
            id={id}
            name={field.name}
            type="checkbox"
            value="yes"
            defaultChecked={value === 'yes'}
            aria-invalid={control['aria-invalid']}
            aria-describedby={control['aria-describedby']}
          />
          {field.label}
        </label>
        {error ? (
          <p className="error" id={`${id}-error`}>
            {error}
          </p>
        ) : null}
      </div>
    );
  }
  return (
    <div className={field.type === 'number' ? 'field short-field' : 'field'}>
      <label htmlFor={id}>{field.label}</label>
      {field.hint ? (
        <p className="hint" id={`${id}-hint`}>
          {field.hint}
        </p>
      ) : null}
      {field.type === 'lines' ? (
        <textarea key={value} rows={3} {...control} />
      ) : field.type === 'select' ? (
        <SelectField
          id={id}
          name={field.name}
          options={field.options ?? []}
          value={value}
          aria-invalid={control['aria-invalid']}
          aria-describedby={control['aria-describedby']}
        />
      ) : field.autoComplete === 'new-password' ? (
        <NewPasswordField
          id={id}
          name={field.name}
          aria-invalid={control['aria-invalid']}
          aria-describedby={described}
        />
      ) : (
        <input
          key={value}
          type={field.type}
          autoComplete={field.autoComplete}
          min={field.range?.[0]}
          max={field.range?.[1]}
          {...control}
        />
      )}
      {error ? (
        <p className="error" id={`${id}-error`}>
          {error}
        </p>
      ) : null}
    </div>
  );
}
