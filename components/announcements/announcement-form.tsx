'use client';

import { useActionState } from 'react';
import { MarkdownControl } from '#components/markdown/markdown-control.tsx';
import { Outcome } from '#components/ui/action-form.tsx';
import { EMPTY_FORM, type FormAction } from '#components/ui/form-state.ts';
import { SubmitButton } from '#components/ui/submit-button.tsx';

/** Writes an announcement, or changes one. Shows it beside the text while it is typed. */
export function AnnouncementForm({
  action,
  hidden,
  initial = { title: '', body: '', isPinned: false },
  submit,
  pending,
}: {
  action: FormAction;
  /** What the form sends besides. */
  hidden: Readonly<Record<string, string>>;
  initial?: { title: string; body: string; isPinned: boolean };
  submit: string;
  pending: string;
}) {
  const [state, send] = useActionState(action, EMPTY_FORM);
  const { fields, values } = state;
  const wasSent = state.refusal !== null;
  const isPinned = wasSent ? values['isPinned'] === 'yes' : initial.isPinned;
  const body = values['body'] ?? initial.body;
  return (
    <form action={send} className="form definition" noValidate>
      <Outcome state={state} />
      {Object.entries({ ...hidden, ...(wasSent ? pick(values, hidden) : {}) }).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      <div className="field">
        <label htmlFor="announcement-title">Title</label>
        <input
          key={values['title']}
          id="announcement-title"
          name="title"
          type="text"
          maxLength={120}
          required
          defaultValue={values['title'] ?? initial.title}
          aria-invalid={fields['title'] ? true : undefined}
          aria-describedby={fields['title'] ? 'announcement-title-error' : undefined}
        />
        <Problem id="announcement-title-error" text={fields['title']} />
      </div>
      <div className="field wide-field">
        <label htmlFor="announcement-body">Text</label>
        <p className="hint" id="announcement-body-hint">
          Markdown: **bold**, [links](https://…), lists and tables. The mail has the text as you type it.
        </p>
        <MarkdownControl
          key={body}
          label="Text"
          id="announcement-body"
          name="body"
          maxLength={10_000}
          required
          defaultValue={body}
          aria-invalid={fields['body'] ? true : undefined}
          aria-describedby={`announcement-body-hint${fields['body'] ? ' announcement-body-error' : ''}`}
        />
        <Problem id="announcement-body-error" text={fields['body']} />
      </div>
      <div className="field">
        <label className="agreement" htmlFor="announcement-pinned">
          <input
            key={String(isPinned)}
            id="announcement-pinned"
            name="isPinned"
            type="checkbox"
            value="yes"
            defaultChecked={isPinned}
          />
          Pin it: keep it above the others
        </label>
      </div>
      <div className="actions">
        <SubmitButton pending={pending}>{submit}</SubmitButton>
      </div>
    </form>
  );
}

/** A refused form may come back with another key. */
function pick(values: Readonly<Record<string, string>>, hidden: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.keys(hidden).map((name) => [name, values[name] ?? hidden[name]!]));
}

function Problem({ id, text }: { id: string; text: string | undefined }) {
  return text ? (
    <p className="error" id={id}>
      {text}
    </p>
  ) : null;
}
