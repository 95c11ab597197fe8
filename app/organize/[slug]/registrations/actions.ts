'use server';

import { revalidatePath } from 'next/cache';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import { counted } from '#lib/domain/units.ts';
import { decideRegistrations } from '#lib/site/registrations/decide-registrations.ts';
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
