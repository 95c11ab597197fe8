import { notFound, redirect } from 'next/navigation';
import type { FormState } from '#components/ui/form-state.ts';
import { DomainError } from '#lib/domain/errors.ts';

/**
 * Refusals of use cases as pages and forms say them; `app/api` maps the same errors to HTTP. Bugs pass through
 * to the error page.
 */

/** For a page: asks to sign in and come back, or says that there is nothing here. */
export async function orPage<T>(work: Promise<T>, address: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    if (error.code === 'NOT_SIGNED_IN') redirect(signInAddress(address));
    // Whether something exists is not told to those who may not see it.
    if (error.code === 'NOT_FOUND' || error.code === 'FORBIDDEN') notFound();
    throw error;
  }
}

/** For a form: the message and its fields, with what was typed. */
export function formRefusal(error: unknown, form: FormData): FormState {
  if (!(error instanceof DomainError)) throw error;
  const values: Record<string, string> = {};
  for (const [name, value] of form) {
    if (typeof value === 'string' && name !== 'password' && !name.startsWith('$')) values[name] = value;
  }
  // With messages at the fields, the one above the form need not name the first of them again.
  const marked = error.code === 'INVALID' && Object.keys(error.fields).length > 0;
  const refusal = marked ? 'Look at the fields that are marked.' : error.message;
  return { refusal, fields: error.fields, values, done: null, secret: null };
}

export function signInAddress(next: string): string {
  return `/sign-in?next=${encodeURIComponent(next)}`;
}

const ANY_ORIGIN = 'http://this-site.invalid';

/**
 * Only a path of this site: a link that someone made must not lead elsewhere after the sign-in. Read as a browser
 * reads it, which drops tabs and line ends and takes a backslash for a slash.
 */
export function safeNext(next: string | null | undefined): string {
  if (!next?.startsWith('/') || !URL.canParse(next, ANY_ORIGIN)) return '/';
  const { origin, pathname, search, hash } = new URL(next, ANY_ORIGIN);
  return origin === ANY_ORIGIN ? `${pathname}${search}${hash}` : '/';
}

/** A text field of a form; a missing one is empty. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
