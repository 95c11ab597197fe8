'use server';

import { revalidatePath } from 'next/cache';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import { counted } from '#lib/domain/units.ts';
import { decideRegistrations } from '#lib/site/registrations/decide-registrations.ts';
import { releasePerson } from '#lib/site/registrations/release-person.ts';
import { site } from '#lib/site/site.ts';

export async function decideRegistrationsAction(_state: FormState, form: FormData): Promise<FormState> {
  const challenge = textOf(form, 'challenge');
  let changed: string[];
  try {
    const input = {
      teams: form.getAll('team'),
      decision: textOf(form, 'decision'),
      reply: textOf(form, 'reply'),
      reason: textOf(form, 'reason'),
      group: textOf(form, 'group'),
    };
    changed = await decideRegistrations(site(), challenge, input, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath(`/organize/${challenge}/registrations`);
  return { ...EMPTY_FORM, done: `${counted(changed.length, 'registration')} changed.` };
}

export async function releasePersonAction(_state: FormState, form: FormData): Promise<FormState> {
  try {
    const input = { email: textOf(form, 'email'), reason: textOf(form, 'reason') };
    const challenge = textOf(form, 'challenge');
    const { name, team } = await releasePerson(site(), challenge, input, await currentViewer());
    return { ...EMPTY_FORM, done: `${name} is no longer bound to ${team}.` };
  } catch (error) {
    return formRefusal(error, form);
  }
}
