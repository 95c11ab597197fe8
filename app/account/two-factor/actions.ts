'use server';

import { revalidatePath } from 'next/cache';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import {
  confirmSecondFactor,
  removeSecondFactor,
  startSecondFactor,
} from '#lib/site/accounts/two-factor/set-up.ts';
import { site } from '#lib/site/site.ts';

const NAMES = { password: 'factor-password', code: 'factor-code' };

export async function startFactorAction(_state: FormState, form: FormData): Promise<FormState> {
  try {
    await startSecondFactor(site(), { password: textOf(form, NAMES.password) }, await currentViewer());
  } catch (error) {
    return formRefusal(error, form, NAMES);
  }
  revalidatePath('/account');
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

export async function removeFactorAction(_state: FormState, form: FormData): Promise<FormState> {
  const input = { password: textOf(form, NAMES.password), code: textOf(form, NAMES.code) };
  try {
    await removeSecondFactor(site(), input, await currentViewer());
  } catch (error) {
    return formRefusal(error, form, NAMES);
  }
  revalidatePath('/account');
  return { ...EMPTY_FORM, done: 'The second factor is off.' };
}
