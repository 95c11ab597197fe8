import { z } from 'zod';
import { counted } from '#lib/domain/units.ts';
import { zonedText } from '#lib/domain/zones.ts';
import { dateSchema } from './fields.ts';

/** What organizers grant one team in one phase beyond its rules. */

export const exceptionSchema = z
  .strictObject({
    /** A later closing date for this team; null: that of the phase. */
    closesAt: dateSchema.nullable(),
    moreTotal: z.int().min(0).max(1000),
    morePerDay: z.int().min(0).max(1000),
    reason: z.string().trim().min(1).max(500),
  })
  .refine(({ closesAt, moreTotal, morePerDay }) => closesAt !== null || moreTotal > 0 || morePerDay > 0, {
    path: ['moreTotal'],
    error: 'Grant something: a later closing date, or more submissions.',
  });

export interface PhaseException {
  closesAt: Date | null;
  moreTotal: number;
  morePerDay: number;
}

interface Excepted {
  closesAt: Date;
  submissionsTotal: number;
  submissionsPerDay: number;
  submissionsRolling: number | null;
}

/**
 * The phase as it is for a team with this exception. An exception never takes anything away. More submissions a day are
 * also more in the rolling window, which would hold them back otherwise.
 */
export function withException<Phase extends Excepted>(phase: Phase, exception: PhaseException | null): Phase {
  if (exception === null) return phase;
  const { closesAt, moreTotal, morePerDay } = exception;
  return {
    ...phase,
    closesAt: closesAt !== null && closesAt > phase.closesAt ? closesAt : phase.closesAt,
    submissionsTotal: phase.submissionsTotal + moreTotal,
    submissionsPerDay: phase.submissionsPerDay + morePerDay,
    submissionsRolling: phase.submissionsRolling === null ? null : phase.submissionsRolling + morePerDay,
  };
}

/** "closes 2026-03-05 12:00 UTC, 3 more submissions, 1 more a day" */
export function describeException({ closesAt, moreTotal, morePerDay }: PhaseException, zone: string): string {
  const parts = [
    closesAt ? `closes ${zonedText(closesAt, zone)}` : '',
    moreTotal > 0 ? `${counted(moreTotal, 'more submission', 'more submissions')}` : '',
    morePerDay > 0 ? `${morePerDay} more a day` : '',
  ];
  return parts.filter(Boolean).join(', ');
}
