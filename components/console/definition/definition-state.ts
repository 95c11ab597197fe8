import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import type { DefinitionChange } from '#lib/domain/phases/changes.ts';

/** The state of a form of settings: it is sent once to see what changes, and once more to save that. */
export interface DefinitionState extends FormState {
  /** What saving would change; null before it was asked for. */
  changes: readonly DefinitionChange[] | null;
}

export const EMPTY_DEFINITION_FORM: DefinitionState = { ...EMPTY_FORM, changes: null };

export type DefinitionAction = (state: DefinitionState, form: FormData) => Promise<DefinitionState>;

/** Fields of the form that are not settings. */
export const FIELDS = {
  challenge: '-challenge',
  phase: '-phase',
  version: '-version',
  intent: '-intent',
  /** The changes that were shown, as text: only these are saved. */
  reviewed: '-reviewed',
} as const;
