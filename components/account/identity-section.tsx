import { utcDate } from '#components/format/time.ts';
import { ActionForm } from '#components/ui/action-form.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import type { AccountView } from '#lib/api/pages/account.ts';
import { ProviderButtons } from './provider-buttons.tsx';

/** The providers with which somebody signs in, and how to link and unlink them. */
export function IdentitySection({
  account: { identities, providers },
  unlink,
}: {
  account: Pick<AccountView, 'identities' | 'providers'>;
  unlink: FormAction;
}) {
  if (providers.length === 0 && identities.length === 0) return null;
  const linked = new Set(identities.map(({ provider }) => provider));
  return (
    <section aria-labelledby="identities">
      <h2 id="identities">Sign in with</h2>
      {identities.length === 0 ? (
        <p className="soft">Link a provider to sign in without a password.</p>
      ) : null}
      {identities.map((identity) => (
        <div key={identity.id} className="identity">
          <span>
            <b>{identity.providerName}</b> <span className="anywhere">{identity.label}</span>{' '}
            <span className="muted">since {utcDate(identity.createdAt)}</span>
          </span>
          <ActionForm
            inline
            action={unlink}
            fields={[{ name: 'identity', label: '', type: 'hidden', value: identity.id }]}
            submit={`Unlink ${identity.providerName}`}
            pending="Unlinking"
          />
        </div>
      ))}
      <ProviderButtons
        providers={providers.filter(({ id }) => !linked.has(id))}
        verb="Link"
        next="/account"
      />
    </section>
  );
}
