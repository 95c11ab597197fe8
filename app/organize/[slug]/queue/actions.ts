'use server';

import { revalidatePath } from 'next/cache';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import { drainRunner } from '#lib/site/console/queue/drain-runner.ts';
import { holdEvaluations, releaseHold } from '#lib/site/console/queue/hold-evaluations.ts';
import { site } from '#lib/site/site.ts';

export async function holdAction(_state: FormState, form: FormData): Promise<FormState> {
  const challenge = textOf(form, 'challenge');
  const input = { kind: textOf(form, 'kind'), name: textOf(form, 'name'), reason: textOf(form, 'reason') };
  try {
    await holdEvaluations(site(), challenge, input, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath(`/organize/${challenge}/queue`);
  return { ...EMPTY_FORM, done: 'Held. It keeps its place in the queue until you release it.' };
}

export async function releaseHoldAction(form: FormData): Promise<void> {
  const challenge = textOf(form, 'challenge');
  await releaseHold(site(), challenge, textOf(form, 'hold'), await currentViewer());
  revalidatePath(`/organize/${challenge}/queue`);
}

export async function drainRunnerAction(_state: FormState, form: FormData): Promise<FormState> {
  const challenge = textOf(form, 'challenge');
  const drain = textOf(form, 'drain') === 'yes';
  try {
    const request = { runner: textOf(form, 'runner'), drain };
    await drainRunner(site(), challenge, request, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath(`/organize/${challenge}`);
  return EMPTY_FORM;
}
