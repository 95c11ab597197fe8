'use server';

import { revalidatePath } from 'next/cache';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import {
  confirmSecondFactor,
  removeSecondFactor,
  renewRecoveryCodes,
  startSecondFactor,
} from '#lib/site/accounts/two-factor/set-up.ts';
import { site } from '#lib/site/site.ts';

const NAMES = { password: 'factor-password', code: 'factor-code' };
const RENEW_NAMES = { password: 'renew-password', code: 'renew-code' };

export async function startFactorAction(_state: FormState, form: FormData): Promise<FormState> {
  try {
    await startSecondFactor(site(), { password: textOf(form, NAMES.password) }, await currentViewer());
  } catch (error) {
    return formRefusal(error, form, NAMES);
  }
  revalidatePath('/account', 'layout');
  return EMPTY_FORM;
}

export async function confirmFactorAction(_state: FormState, form: FormData): Promise<FormState> {
  let codes: string[];
  try {
    codes = await confirmSecondFactor(site(), { code: textOf(form, NAMES.code) }, await currentViewer());
  } catch (error) {
    return formRefusal(error, form, NAMES);
  }
  const done =
    'The second factor is on. Write down these recovery codes: each signs you in once, if you lose your phone. You won’t see them again.';
  return { ...EMPTY_FORM, done, secret: codes.join('\n') };
}

export async function renewCodesAction(_state: FormState, form: FormData): Promise<FormState> {
  const input = { password: textOf(form, RENEW_NAMES.password), code: textOf(form, RENEW_NAMES.code) };
  let codes: string[];
  try {
    codes = await renewRecoveryCodes(site(), input, await currentViewer());
  } catch (error) {
    return formRefusal(error, form, RENEW_NAMES);
  }
  const done = 'These are your new recovery codes. Write them down: you won’t see them again.';
  return { ...EMPTY_FORM, done, secret: codes.join('\n') };
}

export async function removeFactorAction(_state: FormState, form: FormData): Promise<FormState> {
  const input = { password: textOf(form, NAMES.password), code: textOf(form, NAMES.code) };
  try {
    await removeSecondFactor(site(), input, await currentViewer());
  } catch (error) {
    return formRefusal(error, form, NAMES);
  }
  revalidatePath('/account', 'layout');
  return { ...EMPTY_FORM, done: 'The second factor is off.' };
}
