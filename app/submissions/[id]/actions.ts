'use server';

import { revalidatePath } from 'next/cache';
import { textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { site } from '#lib/site/site.ts';
import { cancelSubmission } from '#lib/site/submissions/cancel-submission.ts';
import { rerunSubmission } from '#lib/site/submissions/rerun-submission.ts';

export async function cancelSubmissionAction(form: FormData): Promise<void> {
  await change(form, cancelSubmission);
}

export async function rerunSubmissionAction(form: FormData): Promise<void> {
  await change(form, rerunSubmission);
}

async function change(form: FormData, work: typeof cancelSubmission): Promise<void> {
  const id = textOf(form, 'submission');
  try {
    await work(site(), id, await currentViewer());
  } catch (error) {
    // It ended or was rerun in the meantime: the reloaded page shows its state.
    if (!(error instanceof DomainError && error.code === 'CONFLICT')) throw error;
  }
  revalidatePath(`/submissions/${id}`);
}
