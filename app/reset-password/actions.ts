'use server';

import { formRefusal, textOf } from '#app/refuse.ts';
import { requestClient } from '#app/start-session.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import { requestPasswordReset } from '#lib/site/accounts/email-links/reset-password.ts';
import { site } from '#lib/site/site.ts';

export async function requestResetAction(_state: FormState, form: FormData): Promise<FormState> {
  const here = site();
  const email = textOf(form, 'email');
  try {
    await requestPasswordReset(here, { email }, await requestClient(here));
  } catch (error) {
    return formRefusal(error, form);
  }
  const done = `We have sent a mail to ${email.trim()}. If the address has an account, it has a link that works for one hour.`;
  return { ...EMPTY_FORM, values: { email }, done };
}
