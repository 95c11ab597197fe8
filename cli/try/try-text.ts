import { formatBytes } from '#cli/progress.ts';
import { ERROR_EXPLANATIONS, type SubmissionErrorCode } from '#lib/domain/evaluations/codes.ts';
import { describeContainerRules } from '#lib/domain/phases/rules.ts';
import type { ContainerRules } from '#lib/domain/phases/settings.ts';
import type { Task } from '#lib/domain/tasks/task.ts';
import { metricsOf, requireMetric, type TaskMetric } from '#lib/domain/tasks/task-metrics.ts';
import type { LoadedImage } from '#runner/types.ts';
import type { Removed } from './killed-runs.ts';
import type { ScoredCases, TriedCase, TryReport } from './try-report.ts';

/** The output of `heldout try`: each case with its log as it ends, then explanations of errors and the verdict. */

/** Of a mask; other tasks show every metric of a case. */
const SHOWN_METRICS = ['dice', 'volume_difference', 'lesion_f1', 'hd95'];

/** The loaded image and the rules for its containers. */
export function startText({ id, uid }: LoadedImage, cases: number, rules: ContainerRules): string {
  const count = `${cases} ${cases === 1 ? 'case' : 'cases'}`;
  const lines = describeContainerRules(rules).map(({ row, text }) => `  ${row.padEnd(15)} ${text}\n`);
  return `Image ${id}, run as user ${uid} on ${count}:\n${lines.join('')}\n`;
}

export interface CasePlace {
  /** "2 of 12" */
  place: string;
  task: Task;
}

/** A case that has ended, with its log. */
export function caseText(tried: TriedCase, log: string, { place, task }: CasePlace): string {
  const { status, code, message, seconds, peakMemoryBytes } = tried;
  const memory = peakMemoryBytes === null ? '' : `  ${formatBytes(peakMemoryBytes)}`;
  const facts = `${place}  ${tried.case}  ${status}${code ? ` ${code}` : ''}  ${seconds.toFixed(2)} s${memory}`;
  const scores = shownMetrics(task).flatMap((metric) => scoreText(metric, tried.metrics[metric.key]));
  const lines = [
    facts,
    ...(scores.length > 0 ? [`  ${scores.join(', ')}`] : []),
    ...(message ? [`  ${message}`] : []),
    ...logLines(log),
  ];
  return `${lines.join('\n')}\n`;
}

/** What the organizer’s scorer made of the cases, with its log. */
export function scorerText({ scorer, cases, names }: ScoredCases, log: string, task: Task): string {
  const { seconds, aggregates, problem } = scorer;
  const perCase = shownMetrics(task);
  const scored = cases.filter(({ status }) => status === 'scored').length;
  const values =
    problem === null
      ? [
          ...cases.flatMap(({ case: name, status, metrics }, index) => {
            const scores = perCase.flatMap((metric) => scoreText(metric, metrics[metric.key]));
            const why = status === 'scored' ? '' : `, ${status}: the worst values`;
            return scores.length > 0 ? [`  ${name} (${names[index]})  ${scores.join(', ')}${why}`] : [];
          }),
          ...metricsOf(task)
            .flatMap((metric) => scoreText(metric, aggregates[metric.key]))
            .map((score) => `  all cases  ${score}`),
        ]
      : [`  ${problem}`];
  const what = problem === null ? `${scored} of ${cases.length} cases` : 'failed';
  const time = seconds === 0 ? 'not run' : `${seconds.toFixed(2)} s`;
  return `${[`\nScorer  ${what}  ${time}`, ...values, ...logLines(log)].join('\n')}\n`;
}

function logLines(log: string): string[] {
  return log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `  | ${line}`);
}

export function removedText({ runs, containers, mounts, folders, images }: Removed): string {
  const count = (number: number, one: string) =>
    number === 0 ? [] : [`${number} ${one}${number === 1 ? '' : 's'}`];
  const left = [
    ...count(containers, 'container'),
    ...count(mounts, 'mount'),
    ...count(folders, 'folder'),
    ...count(images, 'image'),
  ].join(', ');
  return `Removed the remains of ${runs === 1 ? 'an earlier run that was' : `${runs} earlier runs that were`} killed: ${left}.\n`;
}

function shownMetrics(task: Task): TaskMetric[] {
  if (task.scoring.kind === 'segmentation') return SHOWN_METRICS.map((key) => requireMetric(task, key));
  return metricsOf(task).filter(({ over }) => over === 'case');
}

function scoreText({ key, unit, decimals }: TaskMetric, value: number | null | undefined): string[] {
  if (value === null || value === undefined) return [];
  return [`${key} ${value.toFixed(decimals)}${unit === '1' ? '' : ` ${unit}`}`];
}

export function verdictText({ verdict, image, cases, scorer }: TryReport, task: Task): string {
  const codes = new Set([image.code, ...cases.map(({ code }) => code)].filter((code) => code !== null));
  const validCount = cases.filter(({ status }) => status === 'scored' || status === 'valid').length;
  const ofAll = `${validCount} of ${cases.length} ${cases.length === 1 ? 'case has' : 'cases have'} valid outputs`;
  const lines = [
    ...(image.message && !isMeaning(image) ? [image.message, ''] : []),
    ...[...codes].flatMap((code) => [explain(code), '']),
    `${verdict === 'passed' ? 'Passed' : 'Failed'}: ${image.code ? 'the image can’t be run' : ofAll}${scorer?.problem ? ', but the scorer failed' : ''}.`,
    ...(task.scoring.kind === 'container' && !scorer && !image.code ? [NO_SCORER] : []),
  ];
  return `\n${lines.join('\n')}\n`;
}

const NO_SCORER =
  'There are no scores, because the task is scored by a container of the organizers. To run one here, pass its archive as --scorer.';

/** Whether the message only repeats the meaning of the code. */
function isMeaning({ code, message }: TryReport['image']): boolean {
  return code !== null && message === ERROR_EXPLANATIONS[code].meaning;
}

function explain(code: SubmissionErrorCode): string {
  const { meaning, steps } = ERROR_EXPLANATIONS[code];
  return [`${code}: ${meaning}`, ...steps.map((step, index) => `  ${index + 1}. ${step}`)].join('\n');
}
