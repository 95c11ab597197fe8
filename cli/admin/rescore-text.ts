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
    return ['Nothing would change: versions, values and ranks match the recorded ones.'];
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
    ...(submissions.some(({ metrics }) => metrics.some(isUnexplained)) ? ['', UNEXPLAINED] : []),
  ];
}

const UNEXPLAINED =
  'Values changed under the same version: the records were altered, or a definition changed without a new version.';

function isUnexplained({ versionBefore, version, changedCases }: MetricChange): boolean {
  return changedCases > 0 && versionBefore === version;
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
    String(metric.changedCases),
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
