'use server';

import { redirect } from 'next/navigation';
import { formRefusal, safeNext, textOf } from '#app/refuse.ts';
import { signInBrowser } from '#app/start-session.ts';
import type { FormState } from '#components/ui/form-state.ts';
import { signInByLink } from '#lib/site/accounts/email-links/sign-in-link.ts';
import { site } from '#lib/site/site.ts';

export async function openLinkAction(_state: FormState, form: FormData): Promise<FormState> {
  const here = site();
  let address = safeNext(textOf(form, 'next'));
  try {
    address = await signInBrowser(here, await signInByLink(here, textOf(form, 'token')), address);
  } catch (error) {
    return formRefusal(error, form);
  }
  redirect(address);
}
