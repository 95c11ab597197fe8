'use server';

import { redirect } from 'next/navigation';
import { forgetPendingIdentity, pendingIdentity } from '#app/pending-identity.ts';
import { formRefusal, safeNext, textOf } from '#app/refuse.ts';
import { requestClient, signInBrowser } from '#app/start-session.ts';
import type { FormState } from '#components/ui/form-state.ts';
import { signUpWithProvider } from '#lib/site/accounts/providers/identities.ts';
import { site } from '#lib/site/site.ts';

export async function createAccountAction(_state: FormState, form: FormData): Promise<FormState> {
  const here = site();
  let address = safeNext(textOf(form, 'next'));
  try {
    const input = { pending: await pendingIdentity(here), name: textOf(form, 'name') };
    address = await signInBrowser(
      here,
      await signUpWithProvider(here, input, await requestClient(here)),
      address,
    );
  } catch (error) {
    return formRefusal(error, form);
  }
  await forgetPendingIdentity(here);
  redirect(address);
}
