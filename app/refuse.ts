import { notFound, redirect } from 'next/navigation';
import { type FormState, KEY_FIELD } from '#components/ui/form-state.ts';
import { newIdempotencyKey } from '#lib/api/idempotency/key.ts';
import { DomainError } from '#lib/domain/errors.ts';

/**
 * Maps the errors of use cases to pages and forms; `app/api` maps the same errors to HTTP. Bugs pass through to
 * the error page.
 */

/** For a page: redirects to sign-in or to the set-up of a second factor and back, or shows "Page not found". */
export async function orPage<T>(work: Promise<T>, address: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.code === 'NOT_SIGNED_IN') redirect(signInAddress(address));
    if (error.code === 'SECOND_FACTOR_NEEDED') {
      redirect(`/account/two-factor?next=${encodeURIComponent(address)}`);
    }
    // Don’t reveal whether something exists to viewers who may not see it.
    if (error.code === 'NOT_FOUND' || error.code === 'FORBIDDEN') notFound();
    throw error;
  }
}

/**
 * For a form: the message and the messages per field, with the values that were typed. `names` are the form’s own names
 * of fields of the input, where a page has several forms with such a field.
 */
export function formRefusal(
  error: unknown,
  form: FormData,
  names: Readonly<Record<string, string>> = {},
): FormState {
  if (!(error instanceof DomainError)) throw error;
  const values: Record<string, string> = {};
  for (const [name, value] of form) {
    if (typeof value === 'string' && !name.includes('password') && !name.startsWith('$'))
      values[name] = value;
  }
  if (error.code === 'IDEMPOTENCY_KEY_REUSED') {
    // Reached by going back to a form that was sent. With a new key, it can be sent again.
    values[KEY_FIELD] = newIdempotencyKey();
    const refusal =
      'This form was sent before with other values, and what it created is kept. Send it again to create another one.';
    return { refusal, fields: {}, values, done: null, secret: null };
  }
  // The fields have their own messages, so the one above the form doesn’t repeat the first of them.
  const marked = error.code === 'INVALID' && Object.keys(error.fields).length > 0;
  const refusal = marked ? 'Check the marked fields.' : error.message;
  const fields = Object.entries(error.fields).map(([name, message]) => [names[name] ?? name, message]);
  return { refusal, fields: Object.fromEntries(fields), values, done: null, secret: null };
}

export function signInAddress(next: string): string {
  return `/sign-in?next=${encodeURIComponent(next)}`;
}

/** A parameter of a page's address. It is a list if the address has it several times. */
export type Parameter = string | string[] | undefined;

const ANY_ORIGIN = 'http://this-site.invalid';

/**
 * Accepts only a path on this site, so that a crafted link can’t redirect elsewhere after sign-in. Parsed as a
 * browser parses it, which drops tabs and line ends and treats a backslash as a slash.
 */
export function safeNext(next: Parameter | null): string {
  if (typeof next !== 'string' || !next.startsWith('/') || !URL.canParse(next, ANY_ORIGIN)) return '/';
  const { origin, pathname, search, hash } = new URL(next, ANY_ORIGIN);
  return origin === ANY_ORIGIN ? `${pathname}${search}${hash}` : '/';
}

/** The value of a text field, or '' if it is missing. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
