'use server';

import { redirect } from 'next/navigation';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import type { FormState } from '#components/ui/form-state.ts';
import { acceptOrganizerInvitation } from '#lib/site/organizers/accept-invitation.ts';
import { site } from '#lib/site/site.ts';

export async function acceptOrganizerInvitationAction(_state: FormState, form: FormData): Promise<FormState> {
  let slug: string;
  try {
    slug = await acceptOrganizerInvitation(site(), textOf(form, 'invitation'), await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  redirect(`/organize/${slug}`);
}
