'use server';

import { revalidatePath } from 'next/cache';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import { linesIn } from '#lib/domain/challenges/line-lists.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { counted } from '#lib/domain/units.ts';
import { changeAccessSettings } from '#lib/site/datasets/access/access-settings.ts';
import { decideDataRequests } from '#lib/site/datasets/access/decide-requests.ts';
import { site } from '#lib/site/site.ts';

export async function decideDataRequestsAction(_state: FormState, form: FormData): Promise<FormState> {
  const challenge = textOf(form, 'challenge');
  let changed: string[];
  try {
    const input = {
      requests: form.getAll('request'),
      // The button that revokes stands apart from the other decisions.
      decision: textOf(form, 'intent') || textOf(form, 'decision'),
      reply: textOf(form, 'reply'),
      reason: textOf(form, 'reason'),
    };
    changed = await decideDataRequests(site(), challenge, input, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath(`/organize/${challenge}/data`);
  return { ...EMPTY_FORM, done: `${counted(changed.length, 'request')} changed.` };
}

export async function changeAccessSettingsAction(_state: FormState, form: FormData): Promise<FormState> {
  const place = { challenge: textOf(form, 'challenge'), dataset: textOf(form, 'dataset') };
  try {
    const input = {
      access: textOf(form, 'access'),
      autoApprove: linesIn(textOf(form, 'autoApprove')),
      validityDays: textOf(form, 'validityDays').trim() || null,
      dueDays: textOf(form, 'dueDays'),
      questions: listOf(form, 'questions'),
      replies: listOf(form, 'replies'),
    };
    await changeAccessSettings(site(), place, input, await currentViewer());
  } catch (error) {
    const refused = formRefusal(error, form);
    // An item of a list is marked at its list.
    const fields = Object.entries(refused.fields).map(([name, message]) => [name.split('.')[0]!, message]);
    return { ...refused, fields: Object.fromEntries(fields) };
  }
  revalidatePath(`/organize/${place.challenge}/data`, 'layout');
  return { ...EMPTY_FORM, done: 'Settings saved.' };
}

/** A list that is written as JSON. */
function listOf(form: FormData, name: string): unknown {
  const text = textOf(form, name).trim();
  if (text === '') return [];
  try {
    return JSON.parse(text);
  } catch {
    const message = 'This isn’t JSON. Compare it with the example.';
    throw new DomainError('INVALID', message, { [name]: message });
  }
}
