'use server';

import { redirect } from 'next/navigation';
import type { FormState } from '#components/forms/form-state.ts';
import { createTeam } from '#lib/server/create-team.ts';
import { site } from '#lib/server/site.ts';
import { formRefusal, safeNext, textOf } from '../../refuse.ts';
import { currentViewer } from '../../viewer.ts';

export async function createTeamAction(_state: FormState, form: FormData): Promise<FormState> {
  try {
    await createTeam(await site(), { name: textOf(form, 'name') }, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  redirect(safeNext(textOf(form, 'next')));
}
