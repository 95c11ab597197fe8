'use server';

import { revalidatePath } from 'next/cache';
import { textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { site } from '#lib/site/site.ts';
import { rerunPlatformFailures } from '#lib/site/submissions/rerun-submission.ts';

export async function rerunPlatformFailuresAction(form: FormData): Promise<void> {
  const slug = textOf(form, 'challenge');
  await rerunPlatformFailures(site(), slug, await currentViewer());
  revalidatePath(`/organize/${slug}`);
}
