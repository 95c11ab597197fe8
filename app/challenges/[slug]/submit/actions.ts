'use server';

import { revalidatePath } from 'next/cache';
import { answersOf } from '#app/form-answers.ts';
import { keyOf } from '#app/form-key.ts';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import { registerTeam } from '#lib/site/registrations/register-team.ts';
import { acceptTerms } from '#lib/site/registrations/terms.ts';
import { site } from '#lib/site/site.ts';

export async function registerTeamAction(_state: FormState, form: FormData): Promise<FormState> {
  const challenge = textOf(form, 'challenge');
  try {
    const terms = acceptedTerms(form);
    const input = { team: textOf(form, 'team'), answers: answersOf(form), terms };
    await registerTeam(site(), challenge, input, await currentViewer(), keyOf(form));
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath(`/challenges/${challenge}/submit`);
  return { ...EMPTY_FORM, done: 'Team registered.' };
}

export async function acceptTermsAction(_state: FormState, form: FormData): Promise<FormState> {
  const challenge = textOf(form, 'challenge');
  try {
    const input = { team: textOf(form, 'team'), terms: acceptedTerms(form) };
    await acceptTerms(site(), challenge, input, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath(`/challenges/${challenge}/submit`);
  return { ...EMPTY_FORM, done: 'Accepted.' };
}

/** The version that was shown, if it was agreed to. */
function acceptedTerms(form: FormData): number | null {
  return textOf(form, 'terms') === 'yes' ? Number(textOf(form, 'terms-version')) : null;
}
