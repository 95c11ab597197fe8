'use server';

import { redirect } from 'next/navigation';
import { keyOf } from '#app/form-key.ts';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import type { FormState } from '#components/ui/form-state.ts';
import { startChallenge } from '#lib/site/challenges/start-challenge.ts';
import { site } from '#lib/site/site.ts';

export async function startChallengeAction(_state: FormState, form: FormData): Promise<FormState> {
  let slug: string;
  try {
    const input = {
      source: textOf(form, 'source'),
      title: textOf(form, 'title'),
      slug: textOf(form, 'slug'),
    };
    ({ slug } = await startChallenge(site(), input, await currentViewer(), keyOf(form)));
  } catch (error) {
    return formRefusal(error, form);
  }
  redirect(`/organize/${slug}/settings`);
}
