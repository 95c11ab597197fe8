'use server';

import { revalidatePath } from 'next/cache';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import { dropRescoring, publishRescoring } from '#lib/site/console/rescorings.ts';
import { site } from '#lib/site/site.ts';

export async function publishRescoringAction(_state: FormState, form: FormData): Promise<FormState> {
  try {
    await publishRescoring(
      site(),
      textOf(form, 'challenge'),
      textOf(form, 'rescoring'),
      await currentViewer(),
    );
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath(`/organize/${textOf(form, 'challenge')}/rescorings`);
  return { ...EMPTY_FORM, done: 'The new scores are in force.' };
}

export async function dropRescoringAction(_state: FormState, form: FormData): Promise<FormState> {
  try {
    await dropRescoring(site(), textOf(form, 'challenge'), textOf(form, 'rescoring'), await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath(`/organize/${textOf(form, 'challenge')}/rescorings`);
  return { ...EMPTY_FORM, done: 'The rescoring is dropped.' };
}
