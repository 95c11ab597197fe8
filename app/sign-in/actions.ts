'use server';

import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { formRefusal, safeNext, textOf } from '#app/refuse.ts';
import { SIGN_UP_COOKIE, SIGN_UP_COOKIE_OPTIONS } from '#app/sign-up-cookie.ts';
import { requestClient, signInBrowser } from '#app/start-session.ts';
import type { FormState } from '#components/ui/form-state.ts';
import { signIn } from '#lib/site/accounts/sign-in.ts';
import { site } from '#lib/site/site.ts';

export async function signInAction(_state: FormState, form: FormData): Promise<FormState> {
  const here = site();
  const credentials = { email: textOf(form, 'email'), password: textOf(form, 'password') };
  try {
    await signInBrowser(here, await signIn(here, credentials, await requestClient(here)));
  } catch (error) {
    return formRefusal(error, form);
  }
  (await cookies()).set(SIGN_UP_COOKIE, '', { ...SIGN_UP_COOKIE_OPTIONS, maxAge: 0 });
  redirect(safeNext(textOf(form, 'next')));
}
