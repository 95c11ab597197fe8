import { z } from 'zod';
import type { TestSet as TestSetColumns } from '#prisma-client';
import { parseColumn } from './parse-column.ts';

const worstSchema = z.record(z.string(), z.number());

interface ParsedColumns {
  /** Declared worst value per metric, in its unit. */
  worst: z.infer<typeof worstSchema>;
}

/** Throws an Error where a column doesn't parse. Relations that were read with the row stay as they are. */
export function testSetFromRow<Row extends Pick<TestSetColumns, 'id' | 'worst'>>(
  row: Row,
): Omit<Row, keyof ParsedColumns> & ParsedColumns {
  return {
    ...row,
    worst: parseColumn(worstSchema, row.worst, { table: 'TestSet', id: row.id, column: 'worst' }),
  };
}
