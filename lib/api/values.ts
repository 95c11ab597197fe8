import { z } from 'zod';
import { hasInvisible, nameProblem, normalizeName } from '#lib/domain/names/visible-name.ts';

/** Schemas that several requests and responses share. */

export const idSchema = z.uuid();

/** ISO 8601 in UTC. */
export const timestampSchema = z.iso.datetime();

export const countSchema = z.int().min(0);

export const sha256Schema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'Enter a SHA-256 as 64 lowercase hexadecimal digits.');

/**
 * A name shown to other people: one line of visible characters, without what `further` finds wrong with the
 * normalized name.
 */
export function nameSchema(maxLength: number, further: (name: string) => string | null = () => null) {
  return z
    .string()
    .overwrite(normalizeName)
    .min(1, 'This field is required.')
    .max(maxLength, `At most ${maxLength} characters.`)
    .superRefine((name, context) => {
      const message = name === '' ? null : (nameProblem(name) ?? further(name));
      if (message) context.addIssue({ code: 'custom', message });
    });
}

/** A few lines of text that another person reads. Line ends are kept; other invisible characters are refused. */
export function messageSchema(maxLength: number, { optional = false } = {}) {
  return z
    .string()
    .overwrite((text) => text.normalize('NFC').replaceAll(/\r\n?/g, '\n').trim())
    .min(optional ? 0 : 1, 'This field is required.')
    .max(maxLength, `At most ${maxLength} characters.`)
    .refine((text) => !hasInvisible(text.replaceAll('\n', ' ')), 'Use only visible characters.');
}

/** Text to search for. */
export const searchSchema = z.string().trim().max(100).optional();

/**
 * The query of every list: one page of it. `cursor` is the schema of its cursors, which are keys of items and not
 * places, so that no item is skipped or repeated when others are added between two pages.
 */
export function listQueryShape<Cursor extends z.ZodType<string>>(
  cursor: Cursor,
  { limit, maxLimit }: { limit: number; maxLimit: number } = { limit: 50, maxLimit: 200 },
) {
  return {
    /** `next` of the page before; the first page without it. */
    after: z.union([z.literal(''), cursor], 'Use `next` of the page before.').optional(),
    /** Number of items at most. */
    limit: z.coerce.number().int().min(1).max(maxLimit).default(limit),
  };
}

/** The query of a list that takes nothing else. */
export interface ListQuery {
  after?: string | undefined;
  limit: number;
}

/** The response of every list: its items under their name, and where they go on. */
export function listResponse<Name extends string, Item extends z.ZodType>(name: Name, item: Item) {
  const items = { [name]: z.array(item) } as Record<Name, z.ZodArray<Item>>;
  return z.object({
    ...items,
    /** `after` of the next page; null on the last one. */
    next: z.string().nullable(),
  });
}

/** Where a page of a list is: cursors, null where there is no such page. For pages; the API has only `next`. */
export interface PageLinks {
  next: string | null;
  /** Empty for the first page. */
  previous: string | null;
}

/** Responses with JSON, for the tables of routes. */
export const ok = <Schema extends z.ZodType>(schema: Schema) =>
  ({ status: 200, type: 'application/json', schema }) as const;
export const created = <Schema extends z.ZodType>(schema: Schema) =>
  ({ status: 201, type: 'application/json', schema }) as const;
export const accepted = <Schema extends z.ZodType>(schema: Schema) =>
  ({ status: 202, type: 'application/json', schema }) as const;
