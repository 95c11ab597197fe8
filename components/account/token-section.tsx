import { utcDate, utcDateTime } from '#components/format/time.ts';
import { ActionForm, type FieldSpec } from '#components/ui/action-form.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import { SubmitButton } from '#components/ui/submit-button.tsx';
import type { AccountView } from '#lib/api/pages/account.ts';
import { TokenChoices } from './token-choices.tsx';

interface Props {
  tokens: AccountView['tokens'];
  keyField: FieldSpec;
  createToken: FormAction;
  revokeToken: (form: FormData) => Promise<void>;
}

/** One's API tokens, and how to create and revoke them. */
export function TokenSection({ tokens, keyField, createToken, revokeToken }: Props) {
  return (
    <section aria-labelledby="tokens">
      <h2 id="tokens">API tokens</h2>
      <p className="soft narrow-text">
        A token lets a program act as you, for what you choose here. Use one token per program, and revoke a
        token if it is lost.
      </p>
      <Tokens tokens={tokens} revokeToken={revokeToken} />
      <ActionForm
        action={createToken}
        fields={[
          keyField,
          { name: 'token-name', label: 'Token name', type: 'text', maxLength: 80, autoComplete: 'off' },
          { name: 'password', label: 'Your password', type: 'password', autoComplete: 'current-password' },
        ]}
        submit="Create token"
        pending="Creating"
      >
        <TokenChoices />
      </ActionForm>
    </section>
  );
}

function Tokens({ tokens, revokeToken }: Pick<Props, 'tokens' | 'revokeToken'>) {
  return (
    <table className="plain stackable token-table">
      <caption className="vh">Your API tokens</caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">For</th>
          <th scope="col">Last used</th>
          <th scope="col">Expires</th>
          <th scope="col" className="num">
            <span className="vh">Action</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {tokens.length === 0 ? (
          <tr className="nothing">
            <td colSpan={5}>No tokens yet.</td>
          </tr>
        ) : (
          tokens.map((token) => (
            <tr key={token.id}>
              <th scope="row" className="anywhere">
                {token.name}
              </th>
              <td className="soft" data-l="for">
                {token.scopes.join(', ')}
              </td>
              <td className="soft" data-l="last used">
                {token.lastUsedAt ? utcDateTime(token.lastUsedAt) : 'never'}
              </td>
              <td className={token.isExpired ? 'warn' : 'soft'} data-l="expires">
                {token.expiresAt === null
                  ? 'never'
                  : `${token.isExpired ? 'expired ' : ''}${utcDate(token.expiresAt)}`}
              </td>
              <td className="num">
                <form action={revokeToken}>
                  <input type="hidden" name="token" value={token.id} />
                  <SubmitButton pending="Revoking" className="btn bad">
                    Revoke<span className="vh"> {token.name}</span>
                  </SubmitButton>
                </form>
              </td>
            </tr>
          ))
        )}
      </tbody>
    </table>
  );
}
