import { z } from 'zod';
import type { TestSet as TestSetColumns } from '#prisma-client';
import { parseColumn } from './parse-column.ts';

const worstSchema = z.record(z.string(), z.number());

interface ParsedColumns {
  /** The declared worst value of each metric, in its unit. */
  worst: z.infer<typeof worstSchema>;
}

/** Throws an Error if a column doesn't parse. Included relations are left unchanged. */
export function testSetFromRow<Row extends Pick<TestSetColumns, 'id' | 'worst'>>(
  row: Row,
): Omit<Row, keyof ParsedColumns> & ParsedColumns {
  return {
    ...row,
    worst: parseColumn(worstSchema, row.worst, { table: 'TestSet', id: row.id, column: 'worst' }),
  };
}
