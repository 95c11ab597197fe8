'use client';

import { useActionState, useState } from 'react';
import { Logo } from '#components/challenge/logo.tsx';
import { ActionButton } from '#components/ui/action-button.tsx';
import { Outcome } from '#components/ui/action-form.tsx';
import { EMPTY_FORM, type FormAction, type FormState } from '#components/ui/form-state.ts';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import type { ChallengeLogo } from '#lib/api/challenges.ts';
import {
  LOGO_FORMATS,
  LOGO_SIDE,
  LOGO_TOO_LARGE,
  LOGO_TYPES,
  MAX_LOGO_ALT,
  MAX_LOGO_BYTES,
} from '#lib/domain/challenges/logo.ts';

/** The logo of a challenge: shows it, and adds, replaces, describes or removes it. */
export function LogoForm({
  challenge,
  logo,
  set,
  remove,
}: {
  /** Its slug. */
  challenge: string;
  logo: ChallengeLogo | null;
  /** null for who may not change it. */
  set: FormAction | null;
  remove: FormAction;
}) {
  return (
    <section className="console-section" aria-labelledby="logo">
      <h2 id="logo">Logo</h2>
      {logo ? <Logo logo={logo} /> : <p className="muted">This challenge has no logo.</p>}
      {set ? <Fields key={logo?.path} {...{ challenge, logo, set }} /> : null}
      {set && logo ? (
        <div className="after-form">
          <ActionButton action={remove} values={{ challenge }} pending="Removing">
            Remove the logo
          </ActionButton>
        </div>
      ) : null}
    </section>
  );
}

function Fields({
  challenge,
  logo,
  set,
}: {
  challenge: string;
  logo: ChallengeLogo | null;
  set: FormAction;
}) {
  const [state, send] = useActionState(set, EMPTY_FORM);
  // The site doesn't read a form of more bytes, so that its answer would say nothing about the file.
  const [isTooLarge, setTooLarge] = useState(false);
  const problems: FormState['fields'] = { ...state.fields, ...(isTooLarge && { logo: LOGO_TOO_LARGE }) };
  const alt = state.values['alt'] ?? logo?.alt ?? '';
  return (
    <form
      action={send}
      className="form"
      noValidate
      onSubmit={(event) => {
        if (isTooLarge) event.preventDefault();
      }}
    >
      <Outcome state={state} />
      <input type="hidden" name="challenge" value={challenge} />
      <div className="field">
        <label htmlFor="logo-file">{logo ? 'Replace it by' : 'File'}</label>
        <p className="hint" id="logo-file-hint">
          {LOGO_FORMATS}, at most {MAX_LOGO_BYTES / 1_000_000} MB. The site scales it down to {LOGO_SIDE}{' '}
          pixels.
        </p>
        <input
          id="logo-file"
          name="logo"
          type="file"
          accept={LOGO_TYPES.join(',')}
          aria-invalid={problems['logo'] ? true : undefined}
          aria-describedby={`logo-file-hint${problems['logo'] ? ' logo-file-error' : ''}`}
          onChange={({ target }) => setTooLarge((target.files?.[0]?.size ?? 0) > MAX_LOGO_BYTES)}
        />
        <Problem id="logo-file-error" text={problems['logo']} />
      </div>
      <div className="field">
        <label htmlFor="logo-alt">Description</label>
        <p className="hint" id="logo-alt-hint">
          What it shows, for people who can’t see it.
        </p>
        <input
          key={alt}
          id="logo-alt"
          name="alt"
          type="text"
          maxLength={MAX_LOGO_ALT}
          required
          defaultValue={alt}
          aria-invalid={problems['alt'] ? true : undefined}
          aria-describedby={`logo-alt-hint${problems['alt'] ? ' logo-alt-error' : ''}`}
        />
        <Problem id="logo-alt-error" text={problems['alt']} />
      </div>
      <div className="actions">
        <SubmitButton pending="Uploading">{logo ? 'Save logo' : 'Upload logo'}</SubmitButton>
      </div>
    </form>
  );
}

function Problem({ id, text }: { id: string; text: string | undefined }) {
  return text ? (
    <p className="error" id={id}>
      {text}
    </p>
  ) : null;
}
