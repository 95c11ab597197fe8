'use server';

import { redirect } from 'next/navigation';
import type { FormState } from '#components/forms/form-state.ts';
import { signIn } from '#lib/server/sign-in.ts';
import { signUp } from '#lib/server/sign-up.ts';
import { site } from '#lib/server/site.ts';
import { formRefusal, safeNext, textOf } from '../refuse.ts';
import { requestAddress, startSession } from '../start-session.ts';

export async function signUpAction(_state: FormState, form: FormData): Promise<FormState> {
  const here = await site();
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
