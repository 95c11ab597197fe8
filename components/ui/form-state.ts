/** What a form's action answers: a refusal with messages per field, or that it is done. */
export interface FormState {
  /** Why it was refused, and what to do; null where it was not. */
  refusal: string | null;
  /** Messages by the field's name. */
  fields: Readonly<Record<string, string>>;
  /** What was typed, so that nothing has to be typed again; never a password. */
  values: Readonly<Record<string, string>>;
  /** Said where the page stays after success. */
  done: string | null;
  /** A secret that is shown this once. */
  secret: string | null;
}

export const EMPTY_FORM: FormState = { refusal: null, fields: {}, values: {}, done: null, secret: null };

export type FormAction = (state: FormState, form: FormData) => Promise<FormState>;
