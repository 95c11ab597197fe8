'use server';

import { redirect } from 'next/navigation';
import { formRefusal, safeNext, textOf } from '#app/refuse.ts';
import { signInBrowser } from '#app/start-session.ts';
import type { FormState } from '#components/ui/form-state.ts';
import { signInByLink } from '#lib/site/accounts/email-links/sign-in-link.ts';
import { site } from '#lib/site/site.ts';

export async function openLinkAction(_state: FormState, form: FormData): Promise<FormState> {
  const here = site();
  try {
    await signInBrowser(here, await signInByLink(here, textOf(form, 'token')));
  } catch (error) {
    return formRefusal(error, form);
  }
  redirect(safeNext(textOf(form, 'next')));
}
