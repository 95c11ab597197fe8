import { align } from '#cli/align.ts';
import {
  type CaseOrigin,
  isSubmissionChanged,
  type MetricChange,
  type RescoreReport,
  type SubmissionChange,
} from '#lib/domain/evaluations/rescore.ts';
import { averageOf } from '#lib/domain/phases/settings.ts';

const ORIGINS: Readonly<Record<CaseOrigin, string>> = {
  scoredAgain: 'rescored',
  failed: 'failed in their container, so there is nothing to rescore',
  notKept: 'without a kept prediction: recorded scores stay',
  lost: 'with a kept prediction that is lost or sealed to another key: recorded scores stay',
};

const KEEP_ADVICE =
  'To rescore these cases, let the phase keep predictions (keepsPredictionsDays) and rerun the images.';

/** The report as text; `--json` has every case. */
export function rescoreText(phase: string, report: RescoreReport): string {
  const { submissions, cases } = report;
  const count = submissions.length === 1 ? '1 submission' : `${submissions.length} submissions`;
  const counts = (Object.keys(ORIGINS) as CaseOrigin[]).filter(
    (origin) => origin === 'scoredAgain' || cases[origin] > 0,
  );
  return [
    `${phase}: ${count}`,
    ...counts.map((origin) => `${String(cases[origin]).padStart(6)} ${ORIGINS[origin]}`),
    ...(cases.notKept + cases.lost > 0 ? [KEEP_ADVICE] : []),
    '',
    ...changesText(report),
    '',
  ].join('\n');
}

function changesText({ changed, summary, submissions, cases }: RescoreReport): string[] {
  if (cases.scoredAgain === 0) return ['Nothing could be rescored.'];
  if (!changed) {
    return [
      'Nothing would change: versions, values and ranks match the recorded ones.',
      ...notes(submissions),
    ];
  }
  const touched = submissions.filter(isSubmissionChanged);
  return [
    `${touched.length} of ${submissions.length} would change:`,
    '',
    align([
      [
        'team: algorithm (submission)',
        'rank',
        'metric',
        'version',
        `${averageOf({ summary })} before`,
        'after',
        'cases changed',
      ],
      ...touched.flatMap(submissionRows),
    ]),
    ...notes(submissions),
  ];
}

const UNEXPLAINED =
  'Values changed under the same version: the records were altered, or a definition changed without a new version.';

const KEPT_SETS =
  'A metric over all cases is computed again only where every prediction that was scored is kept. The others keep their recorded values.';

function notes(submissions: readonly SubmissionChange[]): string[] {
  const has = (is: (metric: MetricChange) => boolean) => submissions.some(({ metrics }) => metrics.some(is));
  return [
    ...(has(isUnexplained) ? ['', UNEXPLAINED] : []),
    ...(has(({ isRescored }) => !isRescored) ? ['', KEPT_SETS] : []),
  ];
}

function isUnexplained({ versionBefore, version, valueBefore, valueAfter, ...of }: MetricChange): boolean {
  const isChanged = of.over === 'set' ? valueBefore !== valueAfter : of.changedCases > 0;
  return isChanged && versionBefore === version;
}

function changedText({ over, changedCases, isRescored }: MetricChange): string {
  if (!isRescored) return 'not rescored';
  return over === 'set' ? '–' : String(changedCases);
}

/** A row per metric; the first one also has the submission and its rank. */
function submissionRows(submission: SubmissionChange): string[][] {
  const { team, algorithm, submissionId, rankBefore, rankAfter, metrics } = submission;
  return metrics.map((metric, index) => [
    index === 0 ? `${team}: ${algorithm} (${submissionId.slice(-8)})` : '',
    index === 0 ? arrow(rankBefore, rankAfter) : '',
    metric.metric,
    arrow(metric.versionBefore, metric.version),
    formatAverage(metric.valueBefore),
    formatAverage(metric.valueAfter),
    changedText(metric),
  ]);
}

function arrow(before: number | null, after: number | null): string {
  const [from, to] = [before ?? '–', after ?? '–'];
  return from === to ? `${from}` : `${from} → ${to}`;
}

/** More digits than a leaderboard shows, because a change may be small. */
function formatAverage(value: number | null): string {
  return value === null ? '–' : value.toFixed(6);
}
