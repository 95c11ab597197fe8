'use server';

import { redirect } from 'next/navigation';
import { formRefusal, safeNext, textOf } from '#app/refuse.ts';
import { requestAddress, startSession } from '#app/start-session.ts';
import type { FormState } from '#components/ui/form-state.ts';
import { signIn } from '#lib/site/accounts/sign-in.ts';
import { signUp } from '#lib/site/accounts/sign-up.ts';
import { site } from '#lib/site/site.ts';

export async function signUpAction(_state: FormState, form: FormData): Promise<FormState> {
  const here = site();
  const address = await requestAddress(here);
  const credentials = { email: textOf(form, 'email'), password: textOf(form, 'password') };
  try {
    await signUp(here, { name: textOf(form, 'name'), ...credentials }, address);
    await startSession(here, await signIn(here, credentials, address));
  } catch (error) {
    return formRefusal(error, form);
  }
  const next = safeNext(textOf(form, 'next'));
  redirect(next === '/' ? '/teams/new' : next);
}
