/** The hidden field with the form’s idempotency key. */
export const KEY_FIELD = 'idempotency-key';

/** The result of a form’s action: a refusal with messages per field, or a success message. */
export interface FormState {
  /** Why it was refused and what to do next; null if it wasn’t refused. */
  refusal: string | null;
  /** Messages by field name. */
  fields: Readonly<Record<string, string>>;
  /** The typed values, so that nobody has to type them again; never a password. */
  values: Readonly<Record<string, string>>;
  /** The success message, if the page stays open after success. */
  done: string | null;
  /** A secret that is shown only once. */
  secret: string | null;
}

export const EMPTY_FORM: FormState = { refusal: null, fields: {}, values: {}, done: null, secret: null };

export type FormAction = (state: FormState, form: FormData) => Promise<FormState>;
