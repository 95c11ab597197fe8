'use client';

import { useState } from 'react';
import { SelectField } from '#components/ui/select-field.tsx';
import { ALL_SCOPES, TOKEN_DAYS, TOKEN_SCOPES } from '#lib/domain/accounts/token-scopes.ts';

const EXPIRY = [
  ...TOKEN_DAYS.map((days) => ({
    value: String(days),
    label: days === 365 ? 'In 1 year' : `In ${days} days`,
  })),
  { value: '0', label: 'Never' },
];

/** What a new token is for, and until when. Keeps its choices when the form was refused. */
export function TokenChoices() {
  const [chosen, choose] = useState<readonly string[]>(['read', 'submit']);
  return (
    <>
      <fieldset className="field checks">
        <legend>What the token is for</legend>
        {ALL_SCOPES.map((scope) => (
          <label key={scope}>
            <input
              type="checkbox"
              name="scopes"
              value={scope}
              checked={chosen.includes(scope)}
              onChange={(event) =>
                choose(event.target.checked ? [...chosen, scope] : chosen.filter((one) => one !== scope))
              }
            />
            <span>
              <b>{scope}</b> <span className="muted">{TOKEN_SCOPES[scope]}</span>
            </span>
          </label>
        ))}
        {chosen.length === 0 ? <p className="error">Choose at least one.</p> : null}
      </fieldset>
      <div className="field">
        <label htmlFor="field-expires-in-days">Expires</label>
        <SelectField id="field-expires-in-days" name="expires-in-days" options={EXPIRY} value="90" />
      </div>
    </>
  );
}
