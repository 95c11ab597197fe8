import { headers } from 'next/headers';
import type { FieldSpec } from '#components/ui/action-form.tsx';
import { KEY_FIELD } from '#components/ui/form-state.ts';
import { idempotencyKeySchema, newIdempotencyKey } from '#lib/api/idempotency/key.ts';
import { RENDER_HEADER } from '#lib/api/pages/reader.ts';
import { textOf } from './refuse.ts';

/** A hidden field with a key of its own for each rendered form: a form that is sent twice creates one thing. */
export async function keyField(): Promise<FieldSpec> {
  const rendering = (await headers()).get(RENDER_HEADER) ?? '';
  return { name: KEY_FIELD, label: '', type: 'hidden', value: `${rendering}${newIdempotencyKey()}` };
}

/** The key of a sent form; null if it has none. */
export function keyOf(form: FormData): string | null {
  return idempotencyKeySchema.safeParse(textOf(form, KEY_FIELD)).data ?? null;
}
