import type { CSSProperties } from 'react';
import { waitsForScorer } from '#components/submission/progress/stages.ts';
import type { EvaluationView } from '#lib/api/evaluations.ts';

export type CaseMark = 'scored' | 'failed' | 'running' | 'waiting';

const MAX_MARKS_IN_A_ROW = 140;
const MAX_MARKS_ON_A_PHONE = 35;

export function marksOf(evaluation: EvaluationView): CaseMark[] {
  const { caseCount, scored, failed } = evaluation;
  const running = Math.min(evaluation.running, Math.max(0, caseCount - scored - failed));
  const waiting = Math.max(0, caseCount - scored - failed - running);
  const mark = (state: CaseMark, count: number) => Array.from({ length: count }, () => state);
  return [
    ...mark('scored', scored),
    ...mark('failed', failed),
    ...mark('running', running),
    ...mark('waiting', waiting),
  ];
}

/** By case number, for an open phase, which discloses the state of each case. */
export function marksByCase(evaluation: EvaluationView): CaseMark[] {
  const states = new Map<number, CaseMark>(
    evaluation.caseScores.map((entry) => [
      Number(entry.caseId),
      entry.status === 'SCORED' ? 'scored' : 'failed',
    ]),
  );
  let running = evaluation.running;
  return Array.from({ length: evaluation.caseCount }, (_, index): CaseMark => {
    const known = states.get(index + 1);
    if (known) return known;
    running -= 1;
    return running >= 0 ? 'running' : 'waiting';
  });
}

/** One mark per case. In a hidden phase the marks are sorted by state, because which case failed isn’t disclosed. */
export function CaseStrip({ evaluation, hidden }: { evaluation: EvaluationView; hidden: boolean }) {
  const byCase = !hidden && evaluation.caseDisclosure === 'ALL';
  const marks = byCase ? marksByCase(evaluation) : marksOf(evaluation);
  const count = (mark: CaseMark) => marks.filter((entry) => entry === mark).length;
  const counts = {
    scored: count('scored'),
    failed: count('failed'),
    running: count('running'),
    waiting: count('waiting'),
  };
  const style = {
    '--marks': Math.min(marks.length, MAX_MARKS_IN_A_ROW),
    '--marks-narrow': Math.min(marks.length, MAX_MARKS_ON_A_PHONE),
  } as CSSProperties;
  const pending = pendingLabel(evaluation);
  const done = waitsForScorer(evaluation) ? 'done' : 'scored';
  const summary = `${counts.scored} ${done}, ${counts.failed} failed, ${counts.running} running, ${counts.waiting} ${pending}`;
  const crowded = marks.length > MAX_MARKS_IN_A_ROW ? 'many' : '';
  return (
    <>
      <div
        className={`cells ${crowded} ${marks.length > 40 ? 'dense' : ''}`}
        style={style}
        role="img"
        aria-label={`Cases: ${summary}`}
      >
        {marks.map((mark, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: marks have no identity but their position
          <i key={index} className={mark} />
        ))}
      </div>
      <p className="key">
        <Key mark="scored" count={counts.scored} label={done} />
        <Key mark="failed" count={counts.failed} />
        <Key mark="running" count={counts.running} />
        <Key mark="waiting" count={counts.waiting} label={pending} />
        <span className="muted">
          {byCase
            ? 'One mark per case, by case number.'
            : 'One mark per case, sorted by state: this phase doesn’t disclose which case failed.'}
        </span>
      </p>
    </>
  );
}

/** Label of the cases without a result: after the evaluation has ended, none is waiting. */
export function pendingLabel({ state }: Pick<EvaluationView, 'state'>): 'waiting' | 'not run' {
  return state === 'QUEUED' || state === 'RUNNING' ? 'waiting' : 'not run';
}

function Key({ mark, count, label = mark }: { mark: CaseMark; count: number; label?: string }) {
  return (
    <span>
      <i className={mark} />
      {count} {label}
    </span>
  );
}
