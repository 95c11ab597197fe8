'use server';

import { formRefusal, textOf } from '#app/refuse.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import { resubscribe, unsubscribe, unsubscribeLabel } from '#lib/site/mail/unsubscribe.ts';
import { site } from '#lib/site/site.ts';

export async function unsubscribeAction(_state: FormState, form: FormData): Promise<FormState> {
  try {
    const { email, kind } = await unsubscribe(site(), textOf(form, 'token'));
    return { ...EMPTY_FORM, done: `${email} gets no more mails of this kind: ${unsubscribeLabel(kind)}.` };
  } catch (error) {
    return formRefusal(error, form);
  }
}

export async function resubscribeAction(_state: FormState, form: FormData): Promise<FormState> {
  try {
    const { email, kind } = await resubscribe(site(), textOf(form, 'token'));
    return { ...EMPTY_FORM, done: `${email} gets mails of this kind again: ${unsubscribeLabel(kind)}.` };
  } catch (error) {
    return formRefusal(error, form);
  }
}
