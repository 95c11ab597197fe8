'use server';

import { redirect } from 'next/navigation';
import { forgetNote } from '#app/address-note.ts';
import { formRefusal, safeNext, textOf } from '#app/refuse.ts';
import { requestClient, signInBrowser } from '#app/start-session.ts';
import type { FormState } from '#components/ui/form-state.ts';
import { signIn } from '#lib/site/accounts/sign-in.ts';
import { site } from '#lib/site/site.ts';

export async function signInAction(_state: FormState, form: FormData): Promise<FormState> {
  const here = site();
  const credentials = { email: textOf(form, 'email'), password: textOf(form, 'password') };
  let address = safeNext(textOf(form, 'next'));
  try {
    const user = await signIn(here, credentials, await requestClient(here));
    address = await signInBrowser(here, user, address);
  } catch (error) {
    return formRefusal(error, form);
  }
  await forgetNote('/sign-in');
  redirect(address);
}
