'use server';

import { redirect } from 'next/navigation';
import { formRefusal, safeNext, textOf } from '#app/refuse.ts';
import { signInBrowser } from '#app/start-session.ts';
import type { FormState } from '#components/ui/form-state.ts';
import { confirmSignUp } from '#lib/site/accounts/email-links/confirm-sign-up.ts';
import { site } from '#lib/site/site.ts';

export async function confirmSignUpAction(_state: FormState, form: FormData): Promise<FormState> {
  const here = site();
  const input = { token: textOf(form, 'token'), password: textOf(form, 'password') };
  let address = safeNext(textOf(form, 'next'));
  try {
    address = await signInBrowser(here, await confirmSignUp(here, input), address);
  } catch (error) {
    return formRefusal(error, form);
  }
  redirect(address);
}
