'use server';

import { revalidatePath } from 'next/cache';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { chooseNotifications } from '#lib/site/notifications/choices.ts';
import { markRead } from '#lib/site/notifications/list-notifications.ts';
import { site } from '#lib/site/site.ts';

export async function markReadAction(form: FormData): Promise<void> {
  try {
    await markRead(site(), { id: textOf(form, 'id') }, await currentViewer());
  } catch (error) {
    // Signed out in another window: the reloaded page asks to sign in.
    if (!(error instanceof DomainError && error.code === 'NOT_SIGNED_IN')) throw error;
  }
  // The frame of the page has the number of unread ones.
  revalidatePath('/', 'layout');
}

export async function chooseNotificationsAction(_state: FormState, form: FormData): Promise<FormState> {
  try {
    const input = { onSite: form.getAll('onSite'), byMail: form.getAll('byMail') };
    await chooseNotifications(site(), input, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath('/account/notifications');
  return { ...EMPTY_FORM, done: 'Choices saved.' };
}
