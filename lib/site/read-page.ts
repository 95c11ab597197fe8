import type { ListQuery, PageLinks } from '#lib/api/values.ts';
import { Prisma } from '#prisma-client';

/** Which rows of a list to read: at most `limit`, from the start of its order or from a cursor. */
export interface Slice {
  cursor: string | null;
  /** `before` reads towards the start, the nearest row first. */
  side: 'behind' | 'before';
  limit: number;
}

export interface Page<Row> {
  rows: Row[];
  /** `after` of the next page; null on the last one. */
  next: string | null;
}

export interface PageWithPrevious<Row> extends PageLinks {
  rows: Row[];
}

type ReadSlice<Row> = (slice: Slice) => Promise<Row[]>;

/** Reads one page of a list. */
export async function readPage<Row>(
  { after, limit }: ListQuery,
  read: ReadSlice<Row>,
  keyOf: (row: Row) => string,
): Promise<Page<Row>> {
  // One more than shown tells whether there is a next page.
  const found = await read({ cursor: after || null, side: 'behind', limit: limit + 1 });
  const rows = found.slice(0, limit);
  return { rows, next: found.length > limit ? keyOf(rows.at(-1)!) : null };
}

/** Reads one page of a list, and finds where the previous one starts. */
export async function readPageWithPrevious<Row>(
  query: ListQuery,
  read: ReadSlice<Row>,
  keyOf: (row: Row) => string,
): Promise<PageWithPrevious<Row>> {
  const page = await readPage(query, read, keyOf);
  const first = page.rows[0];
  if (!query.after) return { ...page, previous: null };
  if (!first) return { ...page, previous: '' };
  const { limit } = query;
  const before = await read({ cursor: keyOf(first), side: 'before', limit: limit + 1 });
  if (before.length === 0) return { ...page, previous: null };
  return { ...page, previous: before.length > limit ? keyOf(before[limit]!) : '' };
}

/** A list by ID, newest first: the condition and the order that read a slice of it. IDs are ordered by time. */
export function newestFirst(
  id: Prisma.Sql,
  { cursor, side, limit }: Slice,
): { isInSlice: Prisma.Sql; firstOfSlice: Prisma.Sql } {
  const isBefore = side === 'before';
  const compared = isBefore ? Prisma.sql`${id} > ${cursor}::uuid` : Prisma.sql`${id} < ${cursor}::uuid`;
  const order = isBefore ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  return {
    isInSlice: cursor === null ? Prisma.sql`TRUE` : compared,
    firstOfSlice: Prisma.sql`ORDER BY ${id} ${order} LIMIT ${limit}`,
  };
}
