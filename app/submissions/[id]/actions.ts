'use server';

import { revalidatePath } from 'next/cache';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import type { Viewer } from '#lib/api/pages/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { site } from '#lib/site/site.ts';
import { cancelSubmission } from '#lib/site/submissions/cancel-submission.ts';
import { dropBaseline, nameBaseline } from '#lib/site/submissions/decisions/baselines.ts';
import {
  excludeSubmission,
  includeSubmission,
  returnQuota,
  withdrawSubmission,
} from '#lib/site/submissions/decisions/decide.ts';
import { rerunSubmission } from '#lib/site/submissions/rerun-submission.ts';
import { selectSubmission } from '#lib/site/submissions/select-submission.ts';

export async function cancelSubmissionAction(form: FormData): Promise<void> {
  await change(form, cancelSubmission);
}

export async function rerunSubmissionAction(form: FormData): Promise<void> {
  await change(form, rerunSubmission);
}

export async function selectSubmissionAction(form: FormData): Promise<void> {
  await change(form, selectSubmission);
}

export async function withdrawSubmissionAction(_state: FormState, form: FormData): Promise<FormState> {
  return decide(form, (id, viewer) => withdrawSubmission(site(), id, reasonOf(form), viewer));
}

export async function excludeSubmissionAction(_state: FormState, form: FormData): Promise<FormState> {
  return decide(form, (id, viewer) => excludeSubmission(site(), id, reasonOf(form), viewer));
}

export async function includeSubmissionAction(_state: FormState, form: FormData): Promise<FormState> {
  return decide(form, (id, viewer) => includeSubmission(site(), id, viewer));
}

export async function returnQuotaAction(_state: FormState, form: FormData): Promise<FormState> {
  return decide(form, (id, viewer) => returnQuota(site(), id, reasonOf(form), viewer));
}

export async function nameBaselineAction(_state: FormState, form: FormData): Promise<FormState> {
  return decide(form, (id, viewer) => nameBaseline(site(), id, { name: textOf(form, 'name') }, viewer));
}

export async function dropBaselineAction(_state: FormState, form: FormData): Promise<FormState> {
  return decide(form, (id, viewer) => dropBaseline(site(), id, viewer));
}

const reasonOf = (form: FormData) => ({ reason: textOf(form, 'reason') });

async function decide(
  form: FormData,
  work: (id: string, viewer: Viewer | null) => Promise<void>,
): Promise<FormState> {
  const id = textOf(form, 'submission');
  try {
    await work(id, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath(`/submissions/${id}`);
  return EMPTY_FORM;
}

async function change(form: FormData, work: typeof cancelSubmission): Promise<void> {
  const id = textOf(form, 'submission');
  try {
    await work(site(), id, await currentViewer());
  } catch (error) {
    // It ended or was rerun in the meantime: the reloaded page shows its state.
    if (!(error instanceof DomainError && error.code === 'CONFLICT')) throw error;
  }
  // Another submission of the team, and a list of them, may say what counts.
  revalidatePath('/submissions/[id]', 'page');
  revalidatePath('/challenges/[slug]/submissions', 'page');
}
