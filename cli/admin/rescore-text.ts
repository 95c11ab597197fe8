import { align } from '#cli/align.ts';
import {
  type CaseOrigin,
  isSubmissionChanged,
  type MetricChange,
  type RescoreReport,
  type SubmissionChange,
} from '#lib/domain/evaluations/rescore.ts';

const ORIGINS: Readonly<Record<CaseOrigin, string>> = {
  scoredAgain: 'scored again',
  failed: 'failed in their container, which left nothing to score',
  notKept: 'without a kept prediction: they stay as they were recorded',
  lost: 'whose kept prediction is lost or sealed to another key: they stay as they were recorded',
};

const HOW_TO_GET =
  'To score them again, let the phase keep predictions (keepsPredictionsDays) and run the images anew.';

/** The report for people; `--json` holds every case. */
export function rescoreText(phase: string, report: RescoreReport): string {
  const { submissions, cases } = report;
  const count = submissions.length === 1 ? '1 submission' : `${submissions.length} submissions`;
  const counts = (Object.keys(ORIGINS) as CaseOrigin[]).filter(
    (origin) => origin === 'scoredAgain' || cases[origin] > 0,
  );
  return [
    `${phase}: ${count}`,
    ...counts.map((origin) => `${String(cases[origin]).padStart(6)} ${ORIGINS[origin]}`),
    ...(cases.notKept + cases.lost > 0 ? [HOW_TO_GET] : []),
    '',
    ...changesText(report),
    '',
  ].join('\n');
}

function changesText({ changed, submissions, cases }: RescoreReport): string[] {
  if (cases.scoredAgain === 0) return ['Nothing could be scored again.'];
  if (!changed) {
    return ['Nothing would change: versions, values and ranks are those that were recorded.'];
  }
  const touched = submissions.filter(isSubmissionChanged);
  return [
    `${touched.length} of ${submissions.length} would change:`,
    '',
    align([
      ['team: algorithm (submission)', 'rank', 'metric', 'version', 'mean before', 'after', 'cases changed'],
      ...touched.flatMap(submissionRows),
    ]),
    ...(submissions.some(({ metrics }) => metrics.some(isUnexplained)) ? ['', UNEXPLAINED] : []),
  ];
}

const UNEXPLAINED =
  'Values changed under the same version: what was recorded was altered, or a definition changed without a new version.';

function isUnexplained({ versionBefore, version, changedCases }: MetricChange): boolean {
  return changedCases > 0 && versionBefore === version;
}

/** A row a metric; the submission and its rank stand in the first. */
function submissionRows(submission: SubmissionChange): string[][] {
  const { team, algorithm, submissionId, rankBefore, rankAfter, metrics } = submission;
  return metrics.map((one, place) => [
    place === 0 ? `${team}: ${algorithm} (${submissionId.slice(-8)})` : '',
    place === 0 ? arrow(rankBefore, rankAfter) : '',
    one.metric,
    arrow(one.versionBefore, one.version),
    mean(one.meanBefore),
    mean(one.meanAfter),
    String(one.changedCases),
  ]);
}

function arrow(before: number | null, after: number | null): string {
  const [from, to] = [before ?? '–', after ?? '–'];
  return from === to ? `${from}` : `${from} → ${to}`;
}

/** More digits than a board shows: a change may be small. */
function mean(value: number | null): string {
  return value === null ? '–' : value.toFixed(6);
}
