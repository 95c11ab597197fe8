'use server';

import { revalidatePath } from 'next/cache';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import { removeLogo, setLogo } from '#lib/site/challenges/logo.ts';
import { site } from '#lib/site/site.ts';

export async function setLogoAction(_state: FormState, form: FormData): Promise<FormState> {
  const slug = textOf(form, 'challenge');
  const file = form.get('logo');
  try {
    // Next reads at most 1 MB of a form, and so the whole file.
    const bytes = file instanceof File ? await file.bytes() : new Uint8Array();
    await setLogo(site(), slug, { bytes, alt: textOf(form, 'alt') }, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath(`/organize/${slug}/settings`);
  return { ...EMPTY_FORM, done: 'Saved. The challenge’s page shows it.' };
}

export async function removeLogoAction(_state: FormState, form: FormData): Promise<FormState> {
  const slug = textOf(form, 'challenge');
  try {
    await removeLogo(site(), slug, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath(`/organize/${slug}/settings`);
  return EMPTY_FORM;
}
