'use server';

import { revalidatePath } from 'next/cache';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import {
  confirmDecision,
  requestDecision,
  withdrawDecision,
} from '#lib/site/console/results/decide-results.ts';
import { site } from '#lib/site/site.ts';

export async function requestDecisionAction(_state: FormState, form: FormData): Promise<FormState> {
  return change(form, (challenge, viewer) => {
    const place = { challenge, phase: textOf(form, 'phase') };
    return requestDecision(site(), place, textOf(form, 'decision'), viewer);
  });
}

export async function confirmDecisionAction(_state: FormState, form: FormData): Promise<FormState> {
  return change(form, (slug, viewer) => confirmDecision(site(), slug, textOf(form, 'request'), viewer));
}

export async function withdrawDecisionAction(_state: FormState, form: FormData): Promise<FormState> {
  return change(form, (slug, viewer) => withdrawDecision(site(), slug, textOf(form, 'request'), viewer));
}

async function change(
  form: FormData,
  work: (challenge: string, viewer: Viewer | null) => Promise<void>,
): Promise<FormState> {
  const challenge = textOf(form, 'challenge');
  try {
    await work(challenge, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath(`/organize/${challenge}/results`);
  return EMPTY_FORM;
}
