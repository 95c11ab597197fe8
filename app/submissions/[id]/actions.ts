'use server';

import { revalidatePath } from 'next/cache';
import { DomainError } from '#lib/domain/errors.ts';
import { cancelSubmission } from '#lib/server/cancel-submission.ts';
import { site } from '#lib/server/site.ts';
import { textOf } from '../../refuse.ts';
import { currentViewer } from '../../viewer.ts';

export async function cancelSubmissionAction(form: FormData): Promise<void> {
  const id = textOf(form, 'submission');
  try {
    await cancelSubmission(await site(), id, await currentViewer());
  } catch (error) {
    // It ended meanwhile: the page that comes back says how.
    if (!(error instanceof DomainError && error.code === 'CONFLICT')) throw error;
  }
  revalidatePath(`/submissions/${id}`);
}
