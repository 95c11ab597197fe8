'use server';

import { redirect } from 'next/navigation';
import { leaveNote } from '#app/address-note.ts';
import { formRefusal, safeNext, signInAddress, textOf } from '#app/refuse.ts';
import { requestClient } from '#app/start-session.ts';
import type { FormState } from '#components/ui/form-state.ts';
import { sendsMail } from '#lib/site/accounts/email-links/mail-limits.ts';
import { signUp } from '#lib/site/accounts/sign-up.ts';
import { site } from '#lib/site/site.ts';

/**
 * Goes on to the same page whether or not the address had an account: signing in here would tell.
 */
export async function signUpAction(_state: FormState, form: FormData): Promise<FormState> {
  const here = site();
  const email = textOf(form, 'email');
  const account = { name: textOf(form, 'name'), email, password: textOf(form, 'password') };
  const asked = safeNext(textOf(form, 'next'));
  const next = asked === '/' ? '/teams/new' : asked;
  try {
    await signUp(here, account, await requestClient(here), next);
  } catch (error) {
    return formRefusal(error, form);
  }
  if (sendsMail(here.environment)) {
    await leaveNote('/sign-up', { kind: 'mailed', email: email.trim() });
    redirect('/sign-up/sent');
  }
  await leaveNote('/sign-in', { kind: 'signed-up', email: email.trim() });
  redirect(signInAddress(next));
}
