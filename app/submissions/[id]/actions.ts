'use server';

import { revalidatePath } from 'next/cache';
import { textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import { site } from '#lib/site/site.ts';
import { cancelSubmission } from '#lib/site/submissions/cancel-submission.ts';
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
