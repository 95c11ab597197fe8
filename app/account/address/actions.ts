'use server';

import { redirect } from 'next/navigation';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import {
  confirmAddress,
  requestAddressChange,
  requestAddressConfirmation,
} from '#lib/site/accounts/email-links/change-address.ts';
import { site } from '#lib/site/site.ts';

export async function confirmAddressAction(_state: FormState, form: FormData): Promise<FormState> {
  try {
    await confirmAddress(site(), textOf(form, 'token'));
  } catch (error) {
    return formRefusal(error, form);
  }
  redirect('/account');
}

const NAMES = { email: 'new-email', password: 'email-password' };

export async function changeAddressAction(_state: FormState, form: FormData): Promise<FormState> {
  const input = { email: textOf(form, NAMES.email), password: textOf(form, NAMES.password) };
  try {
    await requestAddressChange(site(), input, await currentViewer());
  } catch (error) {
    return formRefusal(error, form, NAMES);
  }
  const done = `We have sent a mail to ${input.email.trim()}. Open its link within 24 hours to use the new address. Until then, nothing changes.`;
  return { ...EMPTY_FORM, done };
}

export async function sendConfirmationAction(_state: FormState, form: FormData): Promise<FormState> {
  try {
    await requestAddressConfirmation(site(), await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  return { ...EMPTY_FORM, done: 'We have sent you a mail. Open its link within 24 hours.' };
}
