import { z } from 'zod';
import { ladderZ } from '#lib/domain/disclosure/ladder.ts';
import type { PhaseMetric } from '#lib/domain/phases/phase-metrics.ts';
import type { Setting } from '#lib/domain/phases/setting.ts';
import type { Task } from '#lib/domain/tasks/task.ts';
import { requireMetric } from '#lib/domain/tasks/task-metrics.ts';

/** The settings that say what of its scores a phase shows, and when. lib/domain/disclosure obeys them. */

/** The settings that they depend on. */
interface Rules {
  kind: 'OPEN' | 'HIDDEN';
  metrics: readonly PhaseMetric[];
  task: Task;
  counting: string;
  showsCaseScores: boolean;
  disclosure: Disclosure;
  submissionsOfAllTeams: number | null;
}
type DisclosureSetting<Schema extends z.ZodType> = Setting<Schema, Rules>;

const disclosureSchema = z.enum(['LIVE', 'LADDER', 'SEALED']);
type Disclosure = z.infer<typeof disclosureSchema>;
const disclosure: DisclosureSetting<typeof disclosureSchema> = {
  schema: disclosureSchema,
  label: 'Scores appear',
  choices: {
    LIVE: 'live: every score, as soon as it is there',
    LADDER: 'ladder: only if a submission is clearly better than the team’s shown entry',
    SEALED: 'sealed: not before you reveal the results',
  },
  default: 'LIVE',
  description:
    'Which scores are shown, to teams and in rankings: every one (`LIVE`), only that of a submission that is clearly better than its team’s shown entry (`LADDER`), or none before the organizers reveal the results (`SEALED`).',
  visibleTo: 'everyone',
  changeable: 'before the first submission',
  row: 'Scores appear',
  phrase: (value) => {
    if (value === 'SEALED') return 'when the organizers reveal the results';
    return value === 'LADDER'
      ? 'only of a submission that is clearly better than its team’s shown entry'
      : 'as soon as a submission is scored';
  },
  detail: (value, { submissionsOfAllTeams }) =>
    value === 'LADDER' && submissionsOfAllTeams !== null
      ? `A team’s first scored submission is shown. Another one takes its place only if it improves the first metric by more than ${ladderZ(submissionsOfAllTeams).toFixed(2)} standard errors of the difference over the cases, so that many small guesses reveal nothing about the hidden cases. Because a first submission is always shown, a new team for each submission would get round this: organizers decide about each team.`
      : '',
  conflict(value, { kind, metrics, task, counting, showsCaseScores, submissionsOfAllTeams }) {
    if (value === 'LIVE') return null;
    if (kind === 'OPEN') return 'A phase with an open test set shows every score: choose LIVE.';
    if (value === 'SEALED') return null;
    if (requireMetric(task, metrics[0]!.metric).over === 'set')
      return 'A ladder compares cases, but the first metric has one value over all cases: put another metric first.';
    if (counting !== 'BEST') return 'In a ladder phase the shown submission of a team counts: choose BEST.';
    if (showsCaseScores) return 'Scores of single cases would reveal what a ladder hides: don’t show them.';
    return submissionsOfAllTeams === null
      ? 'A ladder needs to know how many submissions the phase takes: set submissionsOfAllTeams.'
      : null;
  },
};

const submissionsOfAllTeamsSchema = z.int().min(2).max(100_000).nullable();
const submissionsOfAllTeams: DisclosureSetting<typeof submissionsOfAllTeamsSchema> = {
  schema: submissionsOfAllTeamsSchema,
  label: 'Submissions of all teams',
  words: (value) => (value === null ? 'any number' : String(value)),
  default: null,
  description:
    'Submissions that the phase takes from all teams together, failed and cancelled ones not counted; `null`: any number. A ladder needs it: the more submissions, the larger the improvement that is shown.',
  visibleTo: 'everyone',
  changeable: 'before the first submission',
  row: 'Submissions',
  phrase: (value) => (value === null ? '' : `${value} of all teams together`),
};

const showsOwnScoresSchema = z.boolean();
const showsOwnScores: DisclosureSetting<typeof showsOwnScoresSchema> = {
  schema: showsOwnScoresSchema,
  label: 'Teams see their own scores before',
  default: false,
  description:
    'A sealed phase shows the scores of a submission to its team at once, and to everyone when the results are revealed. Without it, nobody but the organizers sees a score before.',
  visibleTo: 'everyone',
  changeable: 'always',
  consequence: ({ after }, { submissions }) => {
    if (submissions === 0) return null;
    return after
      ? 'Each team sees the scores of its own submissions at once, those of earlier ones too. What was seen can’t be taken back.'
      : 'Teams don’t see scores any more before you reveal the results, those of earlier submissions neither.';
  },
  row: 'Scores appear',
  phrase: (value, { disclosure: rule }) =>
    rule === 'SEALED' && value ? 'before that to the team that submitted, and to nobody else' : '',
  conflict: (value, { disclosure: rule }) =>
    value && rule !== 'SEALED'
      ? 'Only a sealed phase hides a team’s own scores: choose SEALED, or leave this off.'
      : null,
};

const heldBackPercentSchema = z.int().min(0).max(90);
const heldBackPercent: DisclosureSetting<typeof heldBackPercentSchema> = {
  schema: heldBackPercentSchema,
  label: 'Cases held back',
  default: 0,
  unit: '%',
  description:
    'Share of the cases, drawn with `seed`, whose scores count only in the final ranking, when the organizers reveal the results. Before that, no score, rank or interval depends on them.',
  visibleTo: 'everyone',
  changeable: 'before the first submission',
  row: 'Held back',
  phrase: (value) => (value === 0 ? '' : `${value} % of the cases, which count only in the final ranking`),
  conflict(value, { kind, metrics, task }) {
    if (value === 0) return null;
    if (kind === 'OPEN') return 'A phase with an open test set shows all cases: hold none back.';
    const overSet = metrics.find(({ metric }) => requireMetric(task, metric).over === 'set');
    return overSet
      ? `${overSet.metric} has one value over all cases, from which none can be left out: hold none back, or leave the metric out.`
      : null;
  },
};

/** In the order in which pages and docs list them. */
export const DISCLOSURE_SETTINGS = { disclosure, submissionsOfAllTeams, showsOwnScores, heldBackPercent };

/** Why a challenge with a ladder phase can't admit teams like this; null if it can. */
export function findAdmissionProblem({
  registration,
  allowedAddresses,
  phases,
}: {
  registration: string;
  allowedAddresses: readonly string[];
  phases: readonly { title: string; disclosure: Disclosure }[];
}): { field: 'registration' | 'allowedAddresses'; message: string } | null {
  const ladder = phases.find(({ disclosure: rule }) => rule === 'LADDER');
  if (!ladder) return null;
  const why = `The ladder of “${ladder.title}” always shows a team’s first submission, so somebody with many teams would get round it. Organizers must decide about each team`;
  if (registration !== 'APPROVAL') return { field: 'registration', message: `${why}: choose APPROVAL.` };
  return allowedAddresses.length > 0
    ? {
        field: 'allowedAddresses',
        message: `${why}: leave the allowed addresses empty, which admit teams at once.`,
      }
    : null;
}
