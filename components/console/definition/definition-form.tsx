'use client';

import { useActionState, useEffect, useRef } from 'react';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import type { FormField, MetricsField } from '#lib/domain/phases/form/form.ts';
import { ChangesTable } from './changes-table.tsx';
import { DefinitionField, MetricsRows } from './definition-field.tsx';
import {
  type DefinitionAction,
  type DefinitionState,
  EMPTY_DEFINITION_FORM,
  FIELDS,
} from './definition-state.ts';

/** Fields under a heading. */
export interface FieldGroup {
  heading: string;
  fields: readonly (FormField | MetricsField)[];
}

/**
 * The settings of a challenge or a phase. The first button shows what changes and what that brings about; only then
 * there is one that saves it. It works without JavaScript.
 */
export function DefinitionForm({
  action,
  groups,
  hidden,
  review,
  save,
  readOnly = false,
}: {
  action: DefinitionAction;
  groups: readonly FieldGroup[];
  /** Hidden fields: the challenge, the phase, the version. */
  hidden: Readonly<Record<string, string>>;
  review: string;
  save: string;
  /** For reviewers: the settings without buttons. */
  readOnly?: boolean;
}) {
  const [state, send] = useActionState(action, EMPTY_DEFINITION_FORM);
  const form = useRef<HTMLFormElement>(null);
  const outcome = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (state.changes) outcome.current?.focus();
    else if (state.refusal) {
      const invalid = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
      (invalid ?? outcome.current)?.focus();
    } else if (state.done) outcome.current?.focus();
  }, [state]);
  return (
    <form ref={form} action={send} className="form definition" noValidate>
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {groups.map(({ heading, fields }) => (
        <section key={heading} className="setting-group">
          <h2>{heading}</h2>
          <fieldset className="plain-set" disabled={readOnly}>
            {fields.map((field) =>
              field.kind === 'metrics' ? (
                <MetricsRows key={field.name} field={field} state={state} />
              ) : (
                <DefinitionField key={field.name} field={field} state={state} />
              ),
            )}
          </fieldset>
        </section>
      ))}
      <div ref={outcome} tabIndex={-1} role="status" className="outcome">
        <Outcome state={state} />
      </div>
      {readOnly ? null : (
        <div className="actions">
          {state.changes && state.changes.length > 0 ? (
            <SubmitButton pending="Saving" name={FIELDS.intent} value="save">
              {save}
            </SubmitButton>
          ) : null}
          <SubmitButton pending="Comparing" className="btn" name={FIELDS.intent} value="review">
            {review}
          </SubmitButton>
        </div>
      )}
    </form>
  );
}

function Outcome({ state: { refusal, done, changes } }: { state: DefinitionState }) {
  if (refusal) {
    return (
      <p className="refusal">
        <b>Error:</b> {refusal}
      </p>
    );
  }
  if (done) return <p className="done-note">{done}</p>;
  if (changes === null) return null;
  if (changes.length === 0) return <p className="soft">Nothing differs from what is saved.</p>;
  return (
    <>
      <h2>What changes</h2>
      <ChangesTable changes={changes} />
      <input type="hidden" name={FIELDS.reviewed} value={JSON.stringify(changes)} />
    </>
  );
}
