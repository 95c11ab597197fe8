'use server';

import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import type { FormState } from '#components/ui/form-state.ts';
import { clientAddress } from '#lib/site/accounts/client-address.ts';
import { keepRanking } from '#lib/site/leaderboards/permanent/keep-ranking.ts';
import { site } from '#lib/site/site.ts';

/** Leads to the permanent link of the ranking as it is now. */
export async function keepRankingAction(_: FormState, form: FormData): Promise<FormState> {
  const place = { challenge: textOf(form, 'challenge'), phase: textOf(form, 'phase') };
  let url: string;
  try {
    const address = clientAddress(site().environment, await headers());
    ({ url } = await keepRanking(site(), place, await currentViewer(), address));
  } catch (error) {
    return formRefusal(error, form);
  }
  redirect(new URL(url).pathname);
}
