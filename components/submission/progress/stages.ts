import { formatBytes, formatOrdinal } from '#components/format/quantity.ts';
import { UNRANKED } from '#components/format/standing.ts';
import { formatLongSpan, formatShortSpan, SECOND_MS, spanMs, utcClockNear } from '#components/format/time.ts';
import type { EvaluationView } from '#lib/api/evaluations.ts';
import type { Standing } from '#lib/api/submissions.ts';
import type { PhaseRules } from '#lib/domain/phases/settings.ts';

/** One of the seven stages of a submission. */
export interface Stage {
  title: string;
  notes: string[];
  state: 'done' | 'now' | 'stopped' | 'ahead';
  /** Progress to the next stage in percent; 0 unless it is the current stage. */
  share: number;
}

const QUARTER_HOUR_MS = 15 * 60 * 1000;

/** Cases whose result is recorded. */
export function doneOf(evaluation: EvaluationView): number {
  return evaluation.scored + evaluation.failed;
}

/**
 * Estimated time left at the current pace; null before the first result and while the runner is silent. In a hidden phase it is rounded to
 * quarters of an hour, so that the page doesn’t reveal how long single cases take.
 */
export function formatTimeLeft(evaluation: EvaluationView, hidden: boolean, asOf: string): string | null {
  const done = doneOf(evaluation);
  const from = evaluation.imageReadyAt ?? evaluation.startedAt;
  const isProgressing = evaluation.state === 'RUNNING' && evaluation.runnerSilence === null;
  if (!isProgressing || done === 0 || from === null) return null;
  const leftMs = (spanMs(from, asOf) / done) * (evaluation.caseCount - done);
  if (!hidden) return `about ${formatLongSpan(leftMs)} left`;
  const quarters = Math.floor(leftMs / QUARTER_HOUR_MS);
  if (quarters === 0) return 'less than 15 minutes left';
  if (quarters < 4) return `${quarters * 15} to ${(quarters + 1) * 15} minutes left`;
  return `${Math.floor(quarters / 4)} to ${Math.floor(quarters / 4) + 1} h left`;
}

/** Whether all cases are done and the organizers must repair their scorer. */
export function waitsForScorer({ state, platformError }: EvaluationView): boolean {
  return state === 'QUEUED' && platformError?.code === 'SCORER_FAILED';
}

/** Index of the current stage, or of the stage where the evaluation stopped. */
function position(evaluation: EvaluationView): number {
  if (evaluation.state === 'SCORED') return 6;
  if (evaluation.startedAt === null) return 1;
  if (evaluation.imageReadyAt === null) return 2;
  if (evaluation.firstCaseAt === null) return 3;
  return doneOf(evaluation) < evaluation.caseCount ? 4 : 5;
}

function queueNotes(evaluation: EvaluationView, asOf: string): string[] {
  const since = utcClockNear(evaluation.createdAt, asOf);
  if (evaluation.startedAt !== null) return [`${since} to ${utcClockNear(evaluation.startedAt, asOf)}`];
  if (evaluation.state !== 'QUEUED') return [`since ${since}`];
  const place = evaluation.queuePlace;
  const of = evaluation.queueLength === null ? '' : ` of ${evaluation.queueLength}`;
  return [`since ${since}`, place === null ? 'waiting for a runner' : `${formatOrdinal(place)}${of}`];
}

export function stagesOf(
  evaluation: EvaluationView,
  context: {
    hidden: boolean;
    asOf: string;
    archiveBytes: number;
    /** Which submission of the team is on the leaderboard that the viewer sees. */
    onLeaderboard: 'this' | 'another' | 'none';
    counting: PhaseRules['counting'];
    standing: Standing;
  },
): Stage[] {
  const { asOf } = context;
  const clock = (iso: string | null) => (iso === null ? [] : [utcClockNear(iso, asOf)]);
  const done = doneOf(evaluation);
  const left = formatTimeLeft(evaluation, context.hidden, asOf);
  const at = position(evaluation);
  const running = evaluation.state === 'RUNNING';
  const stopped = evaluation.state === 'FAILED' || evaluation.state === 'CANCELLED';
  const notes: [title: string, notes: string[]][] = [
    [
      'Received',
      [utcClockNear(evaluation.createdAt, asOf), `${formatBytes(context.archiveBytes)}, checksum verified`],
    ],
    ['Queued', queueNotes(evaluation, asOf)],
    [
      'Image checked',
      evaluation.imageReadyAt ? clock(evaluation.imageReadyAt) : ['layer checksums,', 'entry point, size'],
    ],
    ['First case', clock(evaluation.firstCaseAt)],
    [`Cases, ${done} of ${evaluation.caseCount}`, left ? [left] : []],
    [
      'Scores',
      evaluation.state === 'SCORED'
        ? clock(evaluation.finishedAt)
        : waitsForScorer(evaluation)
          ? ['waiting for', 'the organizers']
          : ['seconds after', 'the last case'],
    ],
    ['Leaderboard', leaderboardNotes(evaluation, context)],
  ];
  return notes.map(([title, lines], index) => ({
    title,
    notes:
      index === at && stopped
        ? [evaluation.state === 'FAILED' ? 'stopped here' : 'cancelled', ...clock(evaluation.finishedAt)]
        : lines,
    state: stateAt(index, at, evaluation),
    share: index === at && running && at === 4 ? (done / evaluation.caseCount) * 100 : 0,
  }));
}

function stateAt(index: number, at: number, evaluation: EvaluationView): Stage['state'] {
  if (index < at) return 'done';
  if (index > at) return 'ahead';
  if (evaluation.state === 'SCORED') return 'done';
  return evaluation.state === 'FAILED' || evaluation.state === 'CANCELLED' ? 'stopped' : 'now';
}

/** Whether it counts: before it has a score, where it does, and where another one does. */
const COUNTING_NOTES: Readonly<Record<PhaseRules['counting'], readonly [before: string, other: string]>> = {
  BEST: ['if it’s your best', 'another is better'],
  LATEST: ['as your latest', 'a later one counts'],
  SELECTED: ['if you select it', 'another one counts'],
};

function leaderboardNotes(
  evaluation: EvaluationView,
  {
    onLeaderboard,
    counting,
    standing,
  }: {
    onLeaderboard: 'this' | 'another' | 'none';
    counting: PhaseRules['counting'];
    standing: Standing;
  },
): string[] {
  if (standing !== 'RANKED') return [`${UNRANKED[standing].label}: not ranked`];
  const [before, other] = COUNTING_NOTES[counting];
  if (evaluation.state !== 'SCORED') return [before];
  if (evaluation.withheld !== null) return WITHHELD_NOTES[evaluation.withheld];
  if (onLeaderboard === 'none') return ['not shown yet'];
  return [onLeaderboard === 'this' ? 'this one counts' : other];
}

const WITHHELD_NOTES: Readonly<Record<NonNullable<EvaluationView['withheld']>, string[]>> = {
  SEALED: ['sealed until the', 'results are revealed'],
  LADDER: ['the shown entry stays'],
  UNDECIDED: ['the ladder decides', 'within seconds'],
};

/** The state in one line, for the page’s heading. */
export function formatState(evaluation: EvaluationView, asOf: string): string {
  switch (evaluation.state) {
    case 'QUEUED':
      if (waitsForScorer(evaluation)) return 'Waiting for the organizers’ scorer';
      return evaluation.requeues > 0 ? 'Requeued after a platform error' : 'Queued';
    case 'RUNNING':
      return evaluation.runnerSilence ? 'Waiting for a runner that stopped answering' : 'Running';
    case 'SCORED':
      return `Scored${evaluation.finishedAt ? ` ${utcClockNear(evaluation.finishedAt, asOf)} UTC` : ''}`;
    case 'FAILED':
      return `Failed${evaluation.finishedAt ? ` ${utcClockNear(evaluation.finishedAt, asOf)} UTC` : ''}`;
    case 'CANCELLED':
      return `Cancelled${evaluation.finishedAt ? ` ${utcClockNear(evaluation.finishedAt, asOf)} UTC` : ''}`;
  }
}

/** "4 s ago" */
export function formatAgo(iso: string, nowMs: number): string {
  const ageMs = nowMs - Date.parse(iso);
  return ageMs < 2 * SECOND_MS ? 'just now' : `${formatShortSpan(ageMs)} ago`;
}
