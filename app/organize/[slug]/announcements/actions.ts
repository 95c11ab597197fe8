'use server';

import { revalidatePath } from 'next/cache';
import { redirect } from 'next/navigation';
import { keyOf } from '#app/form-key.ts';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import {
  createAnnouncement,
  editAnnouncement,
  withdrawAnnouncement,
} from '#lib/site/announcements/write-announcement.ts';
import { site } from '#lib/site/site.ts';

const placeOf = (form: FormData) => ({ slug: textOf(form, 'challenge'), id: textOf(form, 'announcement') });

function writtenIn(form: FormData) {
  const isPinned = textOf(form, 'isPinned') === 'yes';
  return { title: textOf(form, 'title'), body: textOf(form, 'body'), isPinned };
}

export async function createAnnouncementAction(_state: FormState, form: FormData): Promise<FormState> {
  const { slug } = placeOf(form);
  try {
    await createAnnouncement(site(), slug, writtenIn(form), await currentViewer(), keyOf(form));
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath(`/organize/${slug}/announcements`);
  return { ...EMPTY_FORM, done: 'Published. The members of registered teams are being told.' };
}

export async function editAnnouncementAction(_state: FormState, form: FormData): Promise<FormState> {
  const place = placeOf(form);
  try {
    await editAnnouncement(site(), place, writtenIn(form), await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  redirect(`/organize/${place.slug}/announcements`);
}

export async function withdrawAnnouncementAction(_state: FormState, form: FormData): Promise<FormState> {
  const place = placeOf(form);
  try {
    await withdrawAnnouncement(site(), place, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  redirect(`/organize/${place.slug}/announcements`);
}
