'use server';

import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { formRefusal, safeNext, signInAddress, textOf } from '#app/refuse.ts';
import { SIGN_UP_COOKIE, SIGN_UP_COOKIE_OPTIONS } from '#app/sign-up-cookie.ts';
import { requestClient } from '#app/start-session.ts';
import type { FormState } from '#components/ui/form-state.ts';
import { signUp } from '#lib/site/accounts/sign-up.ts';
import { site } from '#lib/site/site.ts';

/**
 * Goes on to the sign-in page, whether or not the address had an account: signing in here would tell.
 */
export async function signUpAction(_state: FormState, form: FormData): Promise<FormState> {
  const here = site();
  const email = textOf(form, 'email');
  const account = { name: textOf(form, 'name'), email, password: textOf(form, 'password') };
  try {
    await signUp(here, account, await requestClient(here));
  } catch (error) {
    return formRefusal(error, form);
  }
  (await cookies()).set(SIGN_UP_COOKIE, email.trim(), SIGN_UP_COOKIE_OPTIONS);
  const next = safeNext(textOf(form, 'next'));
  redirect(signInAddress(next === '/' ? '/teams/new' : next));
}
