import { phaseRulesSchema } from '#lib/domain/phases/rules.ts';
import type { PhaseRules } from '#lib/domain/phases/settings.ts';
import type { Phase as PhaseColumns } from '#prisma-client';
import { parseColumn } from './parse-column.ts';

/** A phase with its settings parsed. */
export type Phase = Omit<PhaseColumns, keyof PhaseRules> & PhaseRules;

/** Throws an Error where a setting doesn't parse. */
export function phaseFromRow<Row extends PhaseColumns>(row: Row): Omit<Row, keyof PhaseRules> & PhaseRules {
  return {
    ...row,
    ...parseColumn(phaseRulesSchema, row, { table: 'Phase', id: row.id, column: 'settings' }),
  };
}
