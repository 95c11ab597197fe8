'use server';

import { redirect } from 'next/navigation';
import type { FormState } from '#components/forms/form-state.ts';
import { signIn } from '#lib/server/sign-in.ts';
import { site } from '#lib/server/site.ts';
import { formRefusal, safeNext, textOf } from '../refuse.ts';
import { requestAddress, startSession } from '../start-session.ts';

export async function signInAction(_state: FormState, form: FormData): Promise<FormState> {
  const here = await site();
  const credentials = { email: textOf(form, 'email'), password: textOf(form, 'password') };
  try {
    await startSession(here, await signIn(here, credentials, await requestAddress(here)));
  } catch (error) {
    return formRefusal(error, form);
  }
  redirect(safeNext(textOf(form, 'next')));
}
