'use server';

import { revalidatePath } from 'next/cache';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_SELECTION, type SelectionState } from '#components/console/submissions/selection-state.ts';
import { counted } from '#lib/domain/units.ts';
import { site } from '#lib/site/site.ts';
import { changeMany, planMany } from '#lib/site/submissions/decisions/change-many.ts';

/** Asks about the selected submissions, and does what was asked about once that is confirmed. */
export async function changeManyAction(_state: SelectionState, form: FormData): Promise<SelectionState> {
  const challenge = textOf(form, 'challenge');
  const action = textOf(form, 'action');
  const input = { action, submissions: form.getAll('submission') };
  const viewer = await currentViewer();
  try {
    if (textOf(form, 'confirmed') !== 'yes') {
      return { ...EMPTY_SELECTION, plan: await planMany(site(), challenge, input, viewer) };
    }
    const changed = await changeMany(site(), challenge, input, viewer);
    revalidatePath(`/organize/${challenge}/submissions`);
    const done = `${counted(changed, 'submission')} ${action === 'cancel' ? 'cancelled' : 'queued again'}.`;
    return { ...EMPTY_SELECTION, done };
  } catch (error) {
    return { ...formRefusal(error, form), plan: null };
  }
}
