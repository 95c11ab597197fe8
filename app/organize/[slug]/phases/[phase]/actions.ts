'use server';

import { revalidatePath } from 'next/cache';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import { grantException, revokeException } from '#lib/site/challenges/exceptions.ts';
import { site } from '#lib/site/site.ts';
import { removeRehearsals } from '#lib/site/submissions/rehearsals/rehearsal-view.ts';

const placeOf = (form: FormData) => ({ challenge: textOf(form, 'challenge'), phase: textOf(form, 'phase') });

export async function grantExceptionAction(_state: FormState, form: FormData): Promise<FormState> {
  const place = placeOf(form);
  const closesAt = textOf(form, 'closesAt').trim();
  const team = textOf(form, 'team').trim();
  try {
    const granted = {
      team,
      closesAt: closesAt === '' ? null : `${closesAt}[${textOf(form, 'zone')}]`,
      moreTotal: numberOf(form, 'moreTotal'),
      morePerDay: numberOf(form, 'morePerDay'),
      reason: textOf(form, 'reason'),
    };
    await grantException(site(), place, granted, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath(`/organize/${place.challenge}/phases/${place.phase}`);
  return { ...EMPTY_FORM, done: `Granted to ${team}.` };
}

export async function revokeExceptionAction(form: FormData): Promise<void> {
  const place = placeOf(form);
  await revokeException(site(), place, textOf(form, 'team'), await currentViewer());
  revalidatePath(`/organize/${place.challenge}/phases/${place.phase}`);
}

export async function removeRehearsalAction(_state: FormState, form: FormData): Promise<FormState> {
  const place = placeOf(form);
  try {
    await removeRehearsals(site(), place, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath(`/organize/${place.challenge}/phases/${place.phase}`);
  return EMPTY_FORM;
}

function numberOf(form: FormData, name: string): unknown {
  const text = textOf(form, name).trim();
  return text === '' ? 0 : Number(text);
}
