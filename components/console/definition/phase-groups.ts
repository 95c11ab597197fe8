import type { FormField, MetricsField } from '#lib/domain/phases/form/form.ts';
import type { FieldGroup } from './definition-form.tsx';

/** The headings of a phase's form. A setting that no heading names comes under the last one. */
const GROUPS = [
  { heading: 'Name and dates', names: ['slug', 'title', 'zone', 'opensAt', 'closesAt'] },
  {
    heading: 'Submissions',
    names: [
      ...['submissionsPerDay', 'submissionsTotal', 'submissionsRolling', 'rollingHours'],
      ...['submissionsAtOnce', 'submissionsOfAllTeams', 'freeFailures', 'computeHours', 'graceMinutes'],
      ...['groups', 'groupLimits'],
      ...['acceptsLate', 'lateUntil', 'keepsRehearsal', 'gate', 'counting'],
      ...['asksComment', 'asksCode', 'asksPaper'],
    ],
  },
  {
    heading: 'Scores and ranking',
    names: ['kind', 'metrics', 'metricSets', 'ranking', 'summary', 'connectivity', 'seed'],
  },
  {
    heading: 'What teams see',
    names: [
      ...['disclosure', 'showsOwnScores', 'heldBackPercent', 'decimals', 'showsCaseScores'],
      ...['recordsVolumes', 'keepsLogs', 'keepsPredictionsDays'],
    ],
  },
];
const CONTAINERS = 'Containers';

export function phaseGroups(fields: readonly (FormField | MetricsField)[]): FieldGroup[] {
  const named = GROUPS.map(({ heading, names }) => ({
    heading,
    fields: names.flatMap((name) => fields.filter((field) => field.name === name)),
  }));
  const rest = fields.filter(({ name }) => !GROUPS.some(({ names }) => names.includes(name)));
  return [...named, { heading: CONTAINERS, fields: rest }];
}
