'use server';

import { revalidatePath } from 'next/cache';
import { redirect } from 'next/navigation';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import {
  changeOrganizer,
  inviteOrganizer,
  removeOrganizer,
  revokeOrganizerInvitation,
} from '#lib/site/organizers/change-organizers.ts';
import { site } from '#lib/site/site.ts';

async function run(
  form: FormData,
  done: string,
  work: (slug: string, viewer: Viewer | null) => Promise<void>,
): Promise<FormState> {
  const slug = textOf(form, 'challenge');
  try {
    await work(slug, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath(`/organize/${slug}/organizers`);
  return { ...EMPTY_FORM, done };
}

export async function inviteOrganizerAction(_state: FormState, form: FormData): Promise<FormState> {
  const input = { email: textOf(form, 'email'), role: textOf(form, 'role') };
  return run(form, `Invited ${input.email}.`, (slug, viewer) => inviteOrganizer(site(), slug, input, viewer));
}

export async function revokeOrganizerInvitationAction(_state: FormState, form: FormData): Promise<FormState> {
  const input = { invitation: textOf(form, 'invitation') };
  return run(form, 'Revoked.', (slug, viewer) => revokeOrganizerInvitation(site(), slug, input, viewer));
}

export async function changeOrganizerAction(_state: FormState, form: FormData): Promise<FormState> {
  const input = { user: textOf(form, 'user'), role: textOf(form, 'role') };
  return run(form, 'Saved.', (slug, viewer) => changeOrganizer(site(), slug, input, viewer));
}

export async function removeOrganizerAction(_state: FormState, form: FormData): Promise<FormState> {
  const user = textOf(form, 'user');
  const isViewer = (await currentViewer())?.userId === user;
  const state = await run(form, 'Removed.', (slug, viewer) =>
    removeOrganizer(site(), slug, { user }, viewer),
  );
  // The console is no longer theirs.
  if (state.done !== null && isViewer) redirect(`/challenges/${textOf(form, 'challenge')}`);
  return state;
}
