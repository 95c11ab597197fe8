import { ActionForm, type FieldSpec } from '#components/ui/action-form.tsx';
import { Confirmation } from '#components/ui/confirmation.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import type { AccountView } from '#lib/api/pages/account.ts';

const PASSWORD: FieldSpec = {
  name: 'factor-password',
  label: 'Your password',
  type: 'password',
  autoComplete: 'current-password',
};
const CODE: FieldSpec = {
  name: 'factor-code',
  label: 'Code',
  type: 'text',
  autoComplete: 'one-time-code',
  maxLength: 20,
};

/** The second factor of an account: how to set it up, in two steps, and how to remove it. */
export function TwoFactorSection({
  account: { twoFactor },
  start,
  confirm,
  renew,
  remove,
}: {
  account: Pick<AccountView, 'twoFactor'>;
  start: FormAction;
  confirm: FormAction;
  renew: FormAction;
  remove: FormAction;
}) {
  const { state, setUp, recoveryCodes, isRequired } = twoFactor;
  return (
    <section aria-labelledby="two-factor">
      <h2 id="two-factor">Second factor</h2>
      {isRequired && state !== 'on' ? (
        <p className="refusal">
          This site requires a second factor of organizers and administrators. Until you set it up, you can’t
          organize.
        </p>
      ) : null}
      {state === 'off' ? (
        <>
          <p className="soft">
            Signing in then needs your password and a code of an authenticator app on your phone.
          </p>
          <ActionForm inline action={start} fields={[PASSWORD]} submit="Set up" pending="Starting" />
        </>
      ) : null}
      {state === 'started' && setUp ? (
        <>
          <p className="soft">Scan this with your authenticator app, and enter the code that it shows.</p>
          {/* biome-ignore lint/performance/noImgElement: an inline picture of our own */}
          <img
            className="qr"
            src={setUp.picture}
            alt="QR code of the secret below"
            width={180}
            height={180}
          />
          <p className="soft">
            Or type this secret: <span className="mono anywhere">{setUp.secret}</span>
          </p>
          <ActionForm inline action={confirm} fields={[CODE]} submit="Turn on" pending="Checking" />
        </>
      ) : null}
      {state === 'on' ? (
        <>
          <p>
            On. <span className="muted">{recoveryCodes} recovery codes left.</span>
          </p>
          <Confirmation label="New recovery codes" isHarmless>
            <ActionForm
              action={renew}
              fields={[
                { ...PASSWORD, name: 'renew-password' },
                { ...CODE, name: 'renew-code', label: 'Code, or a recovery code' },
              ]}
              submit="Replace the recovery codes"
              pending="Replacing"
            />
          </Confirmation>
          <Confirmation label="Turn off">
            <ActionForm
              action={remove}
              fields={[PASSWORD, { ...CODE, label: 'Code, or a recovery code' }]}
              submit="Turn the second factor off"
              pending="Turning off"
            />
          </Confirmation>
        </>
      ) : null}
    </section>
  );
}
