'use server';

import { revalidatePath } from 'next/cache';
import type { FormState } from '#components/forms/form-state.ts';
import { registerTeam } from '#lib/server/register-team.ts';
import { site } from '#lib/server/site.ts';
import { formRefusal, textOf } from '../../../refuse.ts';
import { currentViewer } from '../../../viewer.ts';

export async function registerTeamAction(_state: FormState, form: FormData): Promise<FormState> {
  const challenge = textOf(form, 'challenge');
  try {
    await registerTeam(await site(), { challenge, team: textOf(form, 'team') }, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath(`/challenges/${challenge}/submit`);
  return { refusal: null, fields: {}, values: {}, done: 'The team is registered.', secret: null };
}
