'use server';

import { redirect } from 'next/navigation';
import { leaveNote } from '#app/address-note.ts';
import { formRefusal, textOf } from '#app/refuse.ts';
import type { FormState } from '#components/ui/form-state.ts';
import { setPasswordByLink } from '#lib/site/accounts/email-links/reset-password.ts';
import { site } from '#lib/site/site.ts';

/** Doesn’t sign in: that asks for a second factor, where the account has one. */
export async function setPasswordAction(_state: FormState, form: FormData): Promise<FormState> {
  let email: string;
  try {
    const input = { token: textOf(form, 'token'), password: textOf(form, 'password') };
    email = await setPasswordByLink(site(), input);
  } catch (error) {
    return formRefusal(error, form);
  }
  await leaveNote('/sign-in', { kind: 'password-set', email });
  redirect('/sign-in');
}
