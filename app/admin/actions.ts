'use server';

import { revalidatePath } from 'next/cache';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import { changeUser } from '#lib/site/administration/change-user.ts';
import { resendMail, sendTestMail } from '#lib/site/administration/mails.ts';
import { site } from '#lib/site/site.ts';

export async function changeUserAction(_state: FormState, form: FormData): Promise<FormState> {
  try {
    const input = { id: textOf(form, 'id'), change: textOf(form, 'change') };
    await changeUser(site(), input, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath('/admin/users');
  return { ...EMPTY_FORM, done: 'Changed.' };
}

export async function resendMailAction(_state: FormState, form: FormData): Promise<FormState> {
  try {
    await resendMail(site(), { id: textOf(form, 'id') }, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath('/admin/mail');
  return { ...EMPTY_FORM, done: 'Queued again.' };
}

export async function sendTestMailAction(_state: FormState, form: FormData): Promise<FormState> {
  let to: string;
  try {
    to = await sendTestMail(site(), await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath('/admin/mail');
  return { ...EMPTY_FORM, done: `Queued for ${to}. The first row says what became of it.` };
}
