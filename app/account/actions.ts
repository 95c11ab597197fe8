'use server';

import { revalidatePath } from 'next/cache';
import { keyOf } from '#app/form-key.ts';
import { formRefusal, textOf } from '#app/refuse.ts';
import { requestAddress } from '#app/start-session.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { renameAccount, revokeApiToken } from '#lib/site/accounts/account-view.ts';
import { createApiToken } from '#lib/site/accounts/api-tokens.ts';
import { requireViewer } from '#lib/site/authorization.ts';
import { site } from '#lib/site/site.ts';

export async function renameAction(_state: FormState, form: FormData): Promise<FormState> {
  try {
    await renameAccount(site(), { name: textOf(form, 'name') }, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath('/account');
  return { ...EMPTY_FORM, done: 'Name saved.' };
}

/** Asks for the password again, because a token outlives the session that created it. */
export async function createTokenAction(_state: FormState, form: FormData): Promise<FormState> {
  const here = site();
  let secret: string;
  try {
    const { email } = requireViewer(await currentViewer());
    const input = {
      email: email ?? '',
      password: textOf(form, 'password'),
      name: textOf(form, 'token-name'),
    };
    secret = await createApiToken(here, input, await requestAddress(here), keyOf(form));
  } catch (error) {
    return tokenRefusal(error, form);
  }
  revalidatePath('/account');
  return { ...EMPTY_FORM, done: 'Token created. Copy it now: you won’t see it again.', secret };
}

/** The account is known here, so only the password can be wrong. The form has its own name for the field `name`. */
function tokenRefusal(error: unknown, form: FormData): FormState {
  const state = formRefusal(error, form);
  if (error instanceof DomainError && error.code === 'NOT_SIGNED_IN') {
    return {
      ...state,
      refusal: 'No token was created: the password is wrong. Try again.',
      fields: { password: 'Enter the password of this account.' },
    };
  }
  const { name, ...fields } = state.fields;
  return { ...state, fields: name ? { ...fields, 'token-name': name } : fields };
}

export async function revokeTokenAction(form: FormData): Promise<void> {
  try {
    await revokeApiToken(site(), { id: textOf(form, 'token') }, await currentViewer());
  } catch (error) {
    // Revoked in another window: the reloaded list shows it.
    if (!(error instanceof DomainError && error.code === 'NOT_FOUND')) throw error;
  }
  revalidatePath('/account');
}
