import { z } from 'zod';
import type { Setting } from '#lib/domain/phases/setting.ts';

/**
 * Groups of teams, which organizers put registered teams into: a phase may be open to some groups only, and have limits
 * of its own for a group.
 */

const MAX_GROUPS = 20;
export const groupNameSchema = z.string().trim().min(1, 'Name the group.').max(60, 'At most 60 characters.');

const groupsSchema = z.array(groupNameSchema).max(MAX_GROUPS, `At most ${MAX_GROUPS} groups.`);
const groups: Setting<typeof groupsSchema, unknown> = {
  schema: groupsSchema,
  default: [],
  label: 'Open to groups',
  words: (value) => value.join(', ') || 'every team',
  description:
    'Only registered teams in one of these groups may submit; empty for every registered team. Organizers put teams into groups in the list of registrations.',
  visibleTo: 'everyone',
  changeable: 'always',
  row: 'Open to',
  phrase: (value) => (value.length === 0 ? '' : `teams of the organizers’ groups ${value.join(', ')}`),
};

const groupLimitSchema = z.strictObject({
  group: groupNameSchema,
  submissionsPerDay: z.int().min(1).max(1000),
  submissionsTotal: z.int().min(1).max(100_000),
});
export type GroupLimit = z.infer<typeof groupLimitSchema>;

const groupLimitsSchema = z
  .array(groupLimitSchema)
  .max(MAX_GROUPS, `At most ${MAX_GROUPS} groups.`)
  .superRefine((limits, context) => {
    limits.forEach(({ group }, index) => {
      if (limits.findIndex((one) => one.group === group) === index) return;
      context.addIssue({ code: 'custom', path: [index, 'group'], message: 'The group has limits already.' });
    });
  });
const groupLimits: Setting<typeof groupLimitsSchema, unknown> = {
  schema: groupLimitsSchema,
  default: [],
  label: 'Limits of groups',
  words: (value) => value.map(describeLimit).join('; ') || 'none',
  description:
    'Other limits for the teams of a group, in place of those of the phase: `{"group", "submissionsPerDay", "submissionsTotal"}` each.',
  visibleTo: 'everyone',
  changeable: 'always',
  row: 'Submissions',
  phrase: (value) => value.map(describeLimit).join('; '),
};

export const GROUP_SETTINGS = { groups, groupLimits };

/** "students: 5 per day, 50 in total" */
function describeLimit({ group, submissionsPerDay, submissionsTotal }: GroupLimit): string {
  return `${group}: ${submissionsPerDay} per day, ${submissionsTotal} in total`;
}

/** "5 50 students" */
export function groupLimitLine({ group, submissionsPerDay, submissionsTotal }: GroupLimit): string {
  return `${submissionsPerDay} ${submissionsTotal} ${group}`;
}

/** Nothing is judged here: what isn't a number stays none. */
export function readGroupLimitLine(line: string): GroupLimit {
  const [, perDay, total, group] = /^(\S*)\s*(\S*)\s*(.*)$/.exec(line) ?? [];
  return {
    group: group ?? '',
    submissionsPerDay: Number(perDay || Number.NaN),
    submissionsTotal: Number(total || Number.NaN),
  };
}

interface Limited {
  groupLimits: readonly GroupLimit[];
  submissionsPerDay: number;
  submissionsTotal: number;
}

/** The phase as it is for the teams of a group; '' is none. */
export function withGroup<Phase extends Limited>(phase: Phase, group: string): Phase {
  const limit = phase.groupLimits.find((one) => one.group === group);
  if (!limit) return phase;
  const { submissionsPerDay, submissionsTotal } = limit;
  return { ...phase, submissionsPerDay, submissionsTotal };
}

/** Why teams of a group can't submit to a phase; null if they can. */
export function groupProblem(phase: { groups: readonly string[] }, group: string): string | null {
  if (phase.groups.length === 0 || phase.groups.includes(group)) return null;
  const own = group === '' ? 'yours is in none' : `yours is in the group ${group}`;
  return `This phase is open to teams of the groups ${phase.groups.join(', ')}, and ${own}. The organizers decide about groups.`;
}
