'use client';

import { useEffect, useRef, useState } from 'react';
import { SelectField } from '#components/ui/select-field.tsx';
import { ALL_SCOPES, TOKEN_DAYS, TOKEN_SCOPES } from '#lib/domain/accounts/token-scopes.ts';

const EXPIRY = [
  ...TOKEN_DAYS.map((days) => ({
    value: String(days),
    label: days === 365 ? 'In 1 year' : `In ${days} days`,
  })),
  { value: '0', label: 'Never' },
];

/**
 * What a new token is for, and until when. Keeps its choices when the form was refused: React resets a form after its
 * action, so the fields are drawn anew then, as they were chosen.
 */
export function TokenChoices() {
  const [chosen, choose] = useState<readonly string[]>(['read', 'submit']);
  const [days, setDays] = useState('90');
  const [resets, setResets] = useState(0);
  const fields = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    const form = fields.current?.form;
    const drawAnew = () => setResets((count) => count + 1);
    form?.addEventListener('reset', drawAnew);
    return () => form?.removeEventListener('reset', drawAnew);
  }, []);
  return (
    <>
      <fieldset className="field checks" ref={fields}>
        <legend>What the token is for</legend>
        {ALL_SCOPES.map((scope) => (
          <label key={`${scope} ${resets}`}>
            <input
              type="checkbox"
              name="scopes"
              value={scope}
              defaultChecked={chosen.includes(scope)}
              onChange={({ target }) =>
                choose(target.checked ? [...chosen, scope] : chosen.filter((one) => one !== scope))
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
        <SelectField
          key={resets}
          id="field-expires-in-days"
          name="expires-in-days"
          options={EXPIRY}
          value={days}
          onChoose={setDays}
        />
      </div>
    </>
  );
}
