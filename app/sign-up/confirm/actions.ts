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
  try {
    await signInBrowser(here, await confirmSignUp(here, input));
  } catch (error) {
    return formRefusal(error, form);
  }
  redirect(safeNext(textOf(form, 'next')));
}
