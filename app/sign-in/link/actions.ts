'use server';

import { formRefusal, safeNext, textOf } from '#app/refuse.ts';
import { requestClient } from '#app/start-session.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import { requestSignInLink } from '#lib/site/accounts/email-links/sign-in-link.ts';
import { site } from '#lib/site/site.ts';

export async function requestLinkAction(_state: FormState, form: FormData): Promise<FormState> {
  const here = site();
  const email = textOf(form, 'email');
  const next = safeNext(textOf(form, 'next'));
  try {
    await requestSignInLink(here, { email, next }, await requestClient(here));
  } catch (error) {
    return formRefusal(error, form);
  }
  const done = `We have sent a mail to ${email.trim()}. If the address has an account, it has a link that works for 15 minutes.`;
  return { ...EMPTY_FORM, values: { email, next }, done };
}
