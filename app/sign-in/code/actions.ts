'use server';

import { redirect } from 'next/navigation';
import { formRefusal, safeNext, textOf } from '#app/refuse.ts';
import { pendingCode, signInBrowser } from '#app/start-session.ts';
import type { FormState } from '#components/ui/form-state.ts';
import { passSecondFactor } from '#lib/site/accounts/two-factor/second-factor.ts';
import { site } from '#lib/site/site.ts';

export async function enterCodeAction(_state: FormState, form: FormData): Promise<FormState> {
  const here = site();
  const next = safeNext(textOf(form, 'next'));
  try {
    const user = await passSecondFactor(here, await pendingCode(here), { code: textOf(form, 'code') });
    await signInBrowser(here, user, next);
  } catch (error) {
    return formRefusal(error, form);
  }
  redirect(next);
}
