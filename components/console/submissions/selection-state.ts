import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import type { ManyPlan } from '#lib/api/pages/organizer.ts';

/** The state of the form of selected submissions: it is sent once to be asked, and once more to confirm. */
export interface SelectionState extends FormState {
  /** What is asked about; null if nothing is. */
  plan: ManyPlan | null;
}

export const EMPTY_SELECTION: SelectionState = { ...EMPTY_FORM, plan: null };

export type SelectionAction = (state: SelectionState, form: FormData) => Promise<SelectionState>;
