import { z } from 'zod';
import { type SiteStrata, siteStrataSchema } from '#lib/domain/test-sets/site-strata.ts';
import type { TestSet as TestSetColumns } from '#prisma-client';
import { parseColumn } from './parse-column.ts';

const worstSchema = z.record(z.string(), z.number());

interface ParsedColumns {
  /** The declared worst value of each metric, in its unit. */
  worst: z.infer<typeof worstSchema>;
  strata: SiteStrata;
}

/** Throws an Error if a column doesn't parse. Included relations are left unchanged. */
export function testSetFromRow<Row extends Pick<TestSetColumns, 'id' | 'worst' | 'strata'>>(
  row: Row,
): Omit<Row, keyof ParsedColumns> & ParsedColumns {
  const column = (name: string) => ({ table: 'TestSet', id: row.id, column: name });
  return {
    ...row,
    worst: parseColumn(worstSchema, row.worst, column('worst')),
    strata: parseColumn(siteStrataSchema, row.strata, column('strata')),
  };
}
