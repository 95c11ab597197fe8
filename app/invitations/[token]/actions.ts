'use server';

import { redirect } from 'next/navigation';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import type { FormState } from '#components/ui/form-state.ts';
import { site } from '#lib/site/site.ts';
import { acceptInvitation } from '#lib/site/teams/accept-invitation.ts';

export async function acceptInvitationAction(_state: FormState, form: FormData): Promise<FormState> {
  let slug: string;
  try {
    ({ slug } = await acceptInvitation(site(), textOf(form, 'token'), await currentViewer()));
  } catch (error) {
    return formRefusal(error, form);
  }
  redirect(`/teams/${slug}/manage`);
}
