import { utcDate } from '#components/format/time.ts';
import { ActionForm, type FieldSpec } from '#components/ui/action-form.tsx';
import { Confirmation } from '#components/ui/confirmation.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import type { DownloadKeyView } from '#lib/api/pages/account.ts';

const password = (name: string): FieldSpec => ({
  name,
  label: 'Your password',
  type: 'password',
  autoComplete: 'current-password',
});

/** One’s download key: what it is, how to see it, and how to replace it. */
export function KeySection({
  view: { createdAt, ownRecipient, earlierKeys },
  showKey,
  replaceKey,
}: {
  view: DownloadKeyView;
  showKey: FormAction;
  replaceKey: FormAction;
}) {
  return (
    <div className="stack">
      <section aria-labelledby="key">
        <h2 id="key">Your key</h2>
        <p className="soft narrow-text">
          Encrypted downloads are made for this key alone. It isn’t mailed; you find it here whenever you need
          it.
        </p>
        <dl className="facts">
          <dt>Created</dt>
          <dd>{createdAt === null ? 'when you first show it or download with it' : utcDate(createdAt)}</dd>
          <dt>Identity for age</dt>
          <dd className="anywhere">
            {ownRecipient === null ? (
              'made for you'
            ) : (
              <>
                yours, to <span className="mono">{ownRecipient}</span>
              </>
            )}
          </dd>
          {earlierKeys > 0 ? (
            <>
              <dt>Replaced keys</dt>
              <dd>{earlierKeys}, shown below the present one</dd>
            </>
          ) : null}
        </dl>
        <div className="key-text">
          <ActionForm
            action={showKey}
            fields={[password('show-password')]}
            submit="Show key"
            pending="Opening"
          />
        </div>
      </section>
      <section aria-labelledby="replace" className="key-replace">
        <h2 id="replace">Replace it</h2>
        <p className="soft narrow-text">
          Do this if somebody else has seen the key, or to use an age identity of your own.
        </p>
        <Confirmation label="Replace key">
          <p className="narrow-text">
            New downloads are encrypted for a new key, with another passphrase. Files that you have downloaded
            still need the old key, which stays here. A download that isn’t finished starts again. Nobody can
            make a copy unreadable that was downloaded before.
          </p>
          <ActionForm
            action={replaceKey}
            fields={[
              {
                name: 'recipient',
                label: 'Your own age recipient (optional)',
                type: 'text',
                hint: 'The line that begins with age1, from age-keygen. The site then has no identity for you.',
                autoComplete: 'off',
                maxLength: 200,
                isOptional: true,
              },
              password('replace-password'),
            ]}
            submit="Replace the key"
            pending="Replacing"
          />
        </Confirmation>
      </section>
    </div>
  );
}
