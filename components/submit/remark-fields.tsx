import {
  type AskingRules,
  REMARK_NAMES,
  REMARKS,
  type RemarkName,
  type Remarks,
} from '#lib/domain/submissions/remarks.ts';

export const NO_REMARKS: Remarks = { comment: null, codeUrl: null, paperUrl: null };

/** What the phase asks for of what was typed; what is empty isn't given. */
export function askedOf(rules: AskingRules, typed: Remarks): Remarks {
  const given = REMARK_NAMES.map((name) => {
    const text = typed[name]?.trim() ?? '';
    return [name, rules[REMARKS[name].asked] === 'OFF' || text === '' ? null : text];
  });
  return Object.fromEntries(given) as Remarks;
}

/** The comment and the links that the phase asks for. */
export function RemarkFields({
  rules,
  remarks,
  errors,
  disabled,
  onChange,
}: {
  rules: AskingRules;
  remarks: Remarks;
  errors: Readonly<Record<string, string>>;
  disabled: boolean;
  onChange: (name: RemarkName, text: string) => void;
}) {
  return REMARK_NAMES.filter((name) => rules[REMARKS[name].asked] !== 'OFF').map((name) => {
    const { asked, label, hint } = REMARKS[name];
    const error = errors[name];
    const shared = {
      id: name,
      value: remarks[name] ?? '',
      disabled,
      'aria-invalid': error ? (true as const) : undefined,
      'aria-describedby': error ? `${name}-hint ${name}-error` : `${name}-hint`,
      onChange: (event: { target: { value: string } }) => onChange(name, event.target.value),
    };
    return (
      <div key={name} className="field">
        <label htmlFor={name}>
          {label}
          {rules[asked] === 'OPTIONAL' ? ' (optional)' : ''}
        </label>
        <p className="hint" id={`${name}-hint`}>
          {hint}
        </p>
        {name === 'comment' ? (
          <textarea rows={3} maxLength={2000} {...shared} />
        ) : (
          <input
            type="text"
            inputMode="url"
            autoComplete="off"
            placeholder="https://"
            maxLength={500}
            {...shared}
          />
        )}
        {error ? (
          <p className="error" id={`${name}-error`} role="alert">
            {error}
          </p>
        ) : null}
      </div>
    );
  });
}
