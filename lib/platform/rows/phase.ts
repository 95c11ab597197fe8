import type { z } from 'zod';
import { phaseRulesSchema } from '#lib/domain/phases/rules.ts';
import type { PhaseRules } from '#lib/domain/phases/settings.ts';
import { metricOf } from '#lib/domain/tasks/task-metrics.ts';
import { type Phase as PhaseColumns, Prisma } from '#prisma-client';
import { parseColumn } from './parse-column.ts';

/** A phase with its settings parsed. */
export type Phase = Omit<PhaseColumns, keyof PhaseRules> & PhaseRules;

/** Throws an Error if a setting doesn't parse. */
export function phaseFromRow<Row extends PhaseColumns>(row: Row): Omit<Row, keyof PhaseRules> & PhaseRules {
  const settings = Object.entries(phaseRulesSchema.shape).map(([column, schema]) => [
    column,
    parseColumn<z.ZodType>(schema, row[column as keyof Row], { table: 'Phase', id: row.id, column }),
  ]);
  const rules = Object.fromEntries(settings) as PhaseRules;
  const unknown = rules.metrics.find(({ metric }) => metricOf(rules.task, metric) === null);
  if (unknown) throw new Error(`Phase ${row.id} has an invalid metrics: its task has no ${unknown.metric}.`);
  return { ...row, ...rules };
}

type NullableJson = 'gpu' | 'gate';
export type PhaseData<Rules> = Omit<Rules, NullableJson> & {
  [Name in NullableJson & keyof Rules]: NonNullable<Rules[Name]> | typeof Prisma.DbNull;
};

/** The settings as column values. Prisma has a special value for NULL in a JSON column. */
export function phaseToRow<Rules extends PhaseRules>(rules: Rules): PhaseData<Rules> {
  const { gpu, gate } = rules;
  return { ...rules, gpu: gpu ?? Prisma.DbNull, gate: gate ?? Prisma.DbNull } as PhaseData<Rules>;
}
