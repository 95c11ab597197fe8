'use server';

import { revalidatePath } from 'next/cache';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import { replaceDownloadKey, showDownloadKey } from '#lib/site/datasets/keys/account-key.ts';
import { site } from '#lib/site/site.ts';

const SHOW_NAMES = { password: 'show-password' };
const REPLACE_NAMES = { password: 'replace-password' };

export async function showKeyAction(_state: FormState, form: FormData): Promise<FormState> {
  let secret: string;
  try {
    const input = { password: textOf(form, SHOW_NAMES.password) };
    secret = await showDownloadKey(site(), input, await currentViewer());
  } catch (error) {
    return formRefusal(error, form, SHOW_NAMES);
  }
  // It may have been created just now.
  revalidatePath('/account/download-key');
  const done = 'This is your key. Keep it to yourself: whoever has it can read your downloads.';
  return { ...EMPTY_FORM, done, secret };
}

export async function replaceKeyAction(_state: FormState, form: FormData): Promise<FormState> {
  try {
    const input = {
      password: textOf(form, REPLACE_NAMES.password),
      recipient: textOf(form, 'recipient'),
    };
    await replaceDownloadKey(site(), input, await currentViewer());
  } catch (error) {
    return formRefusal(error, form, REPLACE_NAMES);
  }
  revalidatePath('/account/download-key');
  const done =
    'Replaced. New downloads are encrypted for the new key. Show it, and try it with the test file.';
  return { ...EMPTY_FORM, done };
}
