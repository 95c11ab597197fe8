'use server';

import { revalidatePath } from 'next/cache';
import { answersOf } from '#app/form-answers.ts';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import { requestPage } from '#lib/api/datasets/addresses.ts';
import { linesIn } from '#lib/domain/challenges/line-lists.ts';
import { readCoInvestigatorLine } from '#lib/domain/datasets/data-request.ts';
import {
  answerDataRequest,
  draftDataRequest,
  submitDataRequest,
  withdrawDataRequest,
} from '#lib/site/datasets/access/ask-for-data.ts';
import { signTerms } from '#lib/site/datasets/access/sign-terms.ts';
import { site } from '#lib/site/site.ts';

export async function sendRequestAction(_state: FormState, form: FormData): Promise<FormState> {
  const draft = {
    institution: textOf(form, 'institution'),
    useStatement: textOf(form, 'useStatement'),
    coInvestigators: linesIn(textOf(form, 'coInvestigators')).map(readCoInvestigatorLine),
    answers: answersOf(form),
  };
  const isDraft = textOf(form, 'intent') === 'draft';
  return change(form, isDraft ? 'Draft saved.' : 'Request sent.', async (place) => {
    const viewer = await currentViewer();
    if (isDraft) return draftDataRequest(site(), place, draft, viewer);
    return submitDataRequest(site(), place, { ...draft, ...signatureOf(form) }, viewer);
  });
}

export async function answerRequestAction(_state: FormState, form: FormData): Promise<FormState> {
  return change(form, 'Answer sent.', async (place) =>
    answerDataRequest(site(), place, { text: textOf(form, 'text') }, await currentViewer()),
  );
}

export async function withdrawRequestAction(_state: FormState, form: FormData): Promise<FormState> {
  return change(form, 'Request withdrawn.', async (place) =>
    withdrawDataRequest(site(), place, await currentViewer()),
  );
}

export async function signTermsAction(_state: FormState, form: FormData): Promise<FormState> {
  return change(form, 'Terms signed.', async (place) =>
    signTerms(site(), place, signatureOf(form), await currentViewer()),
  );
}

function signatureOf(form: FormData) {
  return { name: textOf(form, 'name'), termsSha256: textOf(form, 'termsSha256') };
}

async function change(
  form: FormData,
  done: string,
  work: (place: { challenge: string; dataset: string }) => Promise<unknown>,
): Promise<FormState> {
  const place = { challenge: textOf(form, 'challenge'), dataset: textOf(form, 'dataset') };
  try {
    await work(place);
  } catch (error) {
    const refused = formRefusal(error, form);
    return { ...refused, fields: onFields(refused.fields) };
  }
  revalidatePath(requestPage(place.challenge, place.dataset));
  return { ...EMPTY_FORM, done };
}

/** The people are one field of the form, and the hash of the terms is none. */
function onFields(fields: FormState['fields']): FormState['fields'] {
  return Object.fromEntries(
    Object.entries(fields).map(([name, message]) => {
      if (name.startsWith('coInvestigators')) return ['coInvestigators', message];
      return [name === 'termsSha256' ? 'name' : name, message];
    }),
  );
}
