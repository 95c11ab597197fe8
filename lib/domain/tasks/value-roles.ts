import type { ClassValue } from '#lib/domain/metrics/values/cases.ts';
import type { ValueRole } from '#lib/domain/metrics/values/value-metrics.ts';

/** A value as a metric with this role reads it: a number of a Bool is 1 or 0. */
export function asRole(role: ValueRole, value: ClassValue): ClassValue {
  return role !== 'classes' && typeof value === 'boolean' ? Number(value) : value;
}

/** Whether an output can be read in this role: a probability lies between 0 and 1. */
export function fitsRole(role: ValueRole, value: ClassValue): boolean {
  return role !== 'probabilities' || typeof value === 'boolean' || (Number(value) >= 0 && Number(value) <= 1);
}
