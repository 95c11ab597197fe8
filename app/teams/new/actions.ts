'use server';

import { redirect } from 'next/navigation';
import { keyOf } from '#app/form-key.ts';
import { formRefusal, safeNext, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import type { FormState } from '#components/ui/form-state.ts';
import { site } from '#lib/site/site.ts';
import { createTeam } from '#lib/site/teams/create-team.ts';

export async function createTeamAction(_state: FormState, form: FormData): Promise<FormState> {
  try {
    await createTeam(site(), { name: textOf(form, 'name') }, await currentViewer(), keyOf(form));
  } catch (error) {
    return formRefusal(error, form);
  }
  redirect(safeNext(textOf(form, 'next')));
}
