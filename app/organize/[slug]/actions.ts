'use server';

import { revalidatePath } from 'next/cache';
import { rerunFaulted } from '#lib/server/rerun-submission.ts';
import { site } from '#lib/server/site.ts';
import { textOf } from '../../refuse.ts';
import { currentViewer } from '../../viewer.ts';

export async function rerunFaultedAction(form: FormData): Promise<void> {
  const slug = textOf(form, 'challenge');
  await rerunFaulted(await site(), slug, await currentViewer());
  revalidatePath(`/organize/${slug}`);
}
