'use client';

import { useActionState } from 'react';
import { Outcome } from '#components/ui/action-form.tsx';
import { EMPTY_FORM, type FormAction } from '#components/ui/form-state.ts';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import type { NotificationChoice } from '#lib/api/notifications/notifications.ts';

const CHANNELS = [
  { name: 'onSite', label: 'On this site' },
  { name: 'byMail', label: 'By mail' },
] as const;

/** Which kinds somebody wants to be told, and how: a table of check boxes. */
export function ChoicesForm({
  choices,
  email,
  action,
}: {
  choices: readonly NotificationChoice[];
  /** Where mails go; null without an address. */
  email: string | null;
  action: FormAction;
}) {
  const [state, send] = useActionState(action, EMPTY_FORM);
  return (
    <form action={send} className="form wide-form">
      <Outcome state={state} />
      <table className="plain choices">
        <caption className="vh">What you are told, and how</caption>
        <thead>
          <tr>
            <th scope="col">About</th>
            {CHANNELS.map(({ name, label }) => (
              <th key={name} scope="col" className="choice">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {choices.map(({ kind, label, ...channels }) => (
            <tr key={kind}>
              <th scope="row">{label}</th>
              {CHANNELS.map(({ name, label: channel }) => (
                <td key={name} className="choice">
                  <Choice
                    name={name}
                    kind={kind}
                    label={`${label}: ${channel}`}
                    isOn={channels[name]}
                    email={email}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <div className="actions">
        <SubmitButton pending="Saving">Save choices</SubmitButton>
      </div>
    </form>
  );
}

function Choice({
  name,
  kind,
  label,
  isOn,
  email,
}: {
  name: string;
  kind: string;
  label: string;
  /** null: this kind doesn't come this way. */
  isOn: boolean | null;
  email: string | null;
}) {
  if (isOn === null || (name === 'byMail' && email === null)) {
    return (
      <span className="muted">
        <span aria-hidden="true">–</span>
        <span className="vh">not available</span>
      </span>
    );
  }
  return (
    <input
      key={String(isOn)}
      type="checkbox"
      name={name}
      value={kind}
      defaultChecked={isOn}
      aria-label={label}
    />
  );
}
