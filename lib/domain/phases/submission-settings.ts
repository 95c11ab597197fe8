import { z } from 'zod';
import { GROUP_SETTINGS } from '#lib/domain/registrations/groups.ts';
import { counted } from '#lib/domain/units.ts';
import type { Setting } from './setting.ts';

/** The settings of a phase that say when and how often a team may submit. */

type SubmissionSetting<Schema extends z.ZodType, Rules = unknown> = Setting<Schema, Rules>;

const submissionsPerDaySchema = z.int().min(1).max(1000);
const submissionsPerDay: SubmissionSetting<typeof submissionsPerDaySchema> = {
  schema: submissionsPerDaySchema,
  label: 'Submissions per day',
  description: 'Submissions of a team per day (UTC).',
  visibleTo: 'everyone',
  changeable: 'always',
  row: 'Submissions',
  phrase: (value) => `${value} per day`,
};

const submissionsTotalSchema = z.int().min(1).max(100_000);
const submissionsTotal: SubmissionSetting<typeof submissionsTotalSchema> = {
  schema: submissionsTotalSchema,
  label: 'Submissions in total',
  consequence({ after }, { usedTotals }) {
    const done = usedTotals.filter((used) => used >= after).length;
    return done === 0
      ? null
      : `${counted(done, 'team has', 'teams have')} used ${after} or more, and can’t submit any more.`;
  },
  description: 'Submissions of a team in the whole phase.',
  visibleTo: 'everyone',
  changeable: 'always',
  row: 'Submissions',
  phrase: (value) => `${value} in total`,
};

/** So that a team's whole history is never read for its quota. */
const MAX_ROLLING_HOURS = 2160;
const submissionsRollingSchema = z.int().min(1).max(1000).nullable();
const submissionsRolling: SubmissionSetting<typeof submissionsRollingSchema, { rollingHours: number }> = {
  schema: submissionsRollingSchema,
  label: 'Submissions in a rolling window',
  words: (value) => (value === null ? 'any number' : String(value)),
  consequence: ({ before, after }) =>
    after !== null && (before === null || after < before)
      ? 'What teams have submitted in the last hours counts at once: some may have to wait before they can submit again.'
      : null,
  default: null,
  description:
    'Submissions of a team within any span of so many hours; each comes back when it is that old. `null`: any number.',
  visibleTo: 'everyone',
  changeable: 'always',
  row: 'Submissions',
  phrase: (value, { rollingHours }) => (value === null ? '' : `${value} in any ${rollingHours} h`),
};

const rollingHoursSchema = z.int().min(1).max(MAX_ROLLING_HOURS);
const rollingHours: SubmissionSetting<typeof rollingHoursSchema> = {
  schema: rollingHoursSchema,
  label: 'Length of the rolling window',
  default: 24,
  unit: 'h',
  description: 'Hours after which a submission no longer counts in the rolling window.',
  visibleTo: 'everyone',
  changeable: 'always',
};

const submissionsAtOnceSchema = z.int().min(1).max(1000).nullable();
const submissionsAtOnce: SubmissionSetting<typeof submissionsAtOnceSchema> = {
  schema: submissionsAtOnceSchema,
  label: 'Submissions at once',
  words: (value) => (value === null ? 'any number' : String(value)),
  default: null,
  description: 'Submissions of a team that may wait or run at the same time; `null`: any number.',
  visibleTo: 'everyone',
  changeable: 'always',
  row: 'Submissions',
  phrase: (value) => (value === null ? '' : `${value} at once`),
};

const freeFailuresSchema = z.int().min(0).max(1000);
const freeFailures: SubmissionSetting<typeof freeFailuresSchema> = {
  schema: freeFailuresSchema,
  label: 'Failed submissions that are free',
  default: 0,
  description:
    'The first failed submissions of a team use no quota, up to this number; later ones do. Platform errors never use quota.',
  visibleTo: 'everyone',
  changeable: 'always',
  row: 'Submissions',
  phrase: (value) =>
    value === 0
      ? ''
      : `the first ${counted(value, 'failed submission uses', 'failed submissions use')} no quota`,
};

const computeHoursSchema = z.number().positive().max(1_000_000).nullable();
const computeHours: SubmissionSetting<typeof computeHoursSchema> = {
  schema: computeHoursSchema,
  label: 'Computing time of a team',
  default: null,
  unit: 'h',
  words: (value) => (value === null ? 'any' : `${value} h`),
  description:
    'How long the containers of a team may run in the phase, all its submissions together: a team that has used that can’t submit any more. Attempts that a platform error ended and submissions whose quota was given back don’t count; `null`: any time.',
  visibleTo: 'everyone',
  changeable: 'always',
  row: 'Submissions',
  phrase: (value) => (value === null ? '' : `${value} h of computing time per team`),
};

const graceMinutesSchema = z.int().min(0).max(1440);
const graceMinutes: SubmissionSetting<typeof graceMinutesSchema> = {
  schema: graceMinutesSchema,
  label: 'Grace for uploads',
  default: 60,
  unit: 'min',
  description:
    'An upload that starts before the phase closes counts as in time if it ends at most this much later.',
  visibleTo: 'everyone',
  changeable: 'always',
  row: 'Closing',
  phrase: (value) =>
    value === 0
      ? 'uploads must have ended and been submitted when the phase closes'
      : `an upload that starts before the phase closes may end up to ${value} min later`,
};

const acceptsLateSchema = z.boolean();
const acceptsLate: SubmissionSetting<typeof acceptsLateSchema, { disclosure: string }> = {
  schema: acceptsLateSchema,
  label: 'Late submissions',
  consequence: ({ after }) =>
    after
      ? 'Teams can submit after the phase has closed, too. Pages show those submissions as late, and no ranking has them.'
      : 'Teams can’t submit after the phase has closed. Late submissions that exist stay as they are, unranked.',
  default: false,
  description:
    'Whether submissions after the phase has closed are scored. They are shown as late and never ranked. `lateUntil` ends it.',
  visibleTo: 'everyone',
  changeable: 'always',
  row: 'Closing',
  phrase: (value) => (value ? 'later submissions are scored, but not ranked' : ''),
  conflict: (value, { disclosure }) =>
    value && disclosure === 'LADDER'
      ? 'A ladder decides about ranked submissions only, so a phase with one can’t accept late ones.'
      : null,
};

const keepsRehearsalSchema = z.boolean();
const keepsRehearsal: SubmissionSetting<typeof keepsRehearsalSchema> = {
  schema: keepsRehearsalSchema,
  label: 'Keep the rehearsal as baselines',
  consequence: ({ after }) =>
    after
      ? 'When the phase opens, what organizers submitted before becomes baselines on the leaderboard, which everybody sees as the phase discloses scores. Failed ones are removed.'
      : 'When the phase opens, what organizers submitted before is removed with its scores. Nobody else ever sees it.',
  default: false,
  description:
    'What becomes of submissions that organizers made before the phase opened: baselines on its leaderboard, or nothing: they are removed.',
  visibleTo: 'organizers',
  changeable: 'always',
};

const gateSchema = z
  .strictObject({
    /** Slug of another phase of the challenge. */
    phase: z.string().min(1).max(80),
    /** The least good value of that phase's primary metric; null: any score will do. */
    threshold: z.number().nullable().default(null),
  })
  .nullable();
const gate: SubmissionSetting<typeof gateSchema> = {
  schema: gateSchema,
  label: 'Gate',
  words: gateText,
  default: null,
  description:
    'Only teams with a score in another phase may submit: `{"phase": "rehearsal", "threshold": 0.3}`, where the threshold is the least good value of that phase’s primary metric, or `null` for any score; `null`: all teams may.',
  visibleTo: 'everyone',
  changeable: 'always',
  row: 'Open to',
  phrase: (value) => (value === null ? '' : `teams with ${gateText(value)}`),
};

/** "a score of at least 0.3 in rehearsal": which way is better depends on that phase's metric. */
function gateText(value: z.output<typeof gateSchema>): string {
  if (value === null) return 'none';
  const score = value.threshold === null ? 'a score' : `a score of ${value.threshold} or better`;
  return `${score} in the phase ${value.phase}`;
}

const askingSchema = z.enum(['OFF', 'OPTIONAL', 'REQUIRED']);
const ASKING_CHOICES = { OFF: 'not asked for', OPTIONAL: 'optional', REQUIRED: 'required' };

function asking(label: string, what: string): SubmissionSetting<typeof askingSchema> {
  return {
    schema: askingSchema,
    label,
    choices: ASKING_CHOICES,
    default: 'OFF',
    description: `Whether a submission comes with ${what}: \`OFF\`, \`OPTIONAL\` or \`REQUIRED\`.`,
    visibleTo: 'everyone',
    changeable: 'always',
    row: 'Teams give',
    phrase: (value) => {
      if (value === 'OFF') return '';
      return value === 'REQUIRED' ? what : `${what}, if they like`;
    },
  };
}

/** In the order in which pages and docs list them. */
export const SUBMISSION_SETTINGS = {
  submissionsPerDay,
  submissionsTotal,
  submissionsRolling,
  rollingHours,
  submissionsAtOnce,
  freeFailures,
  computeHours,
  graceMinutes,
  acceptsLate,
  keepsRehearsal,
  gate,
  ...GROUP_SETTINGS,
  asksComment: asking('Comment', 'a comment'),
  asksCode: asking('Link to the code', 'a link to the code'),
  asksPaper: asking('Link to the paper', 'a link to the paper'),
};
