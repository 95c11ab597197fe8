import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { marksByCase, marksOf, pendingLabel } from '#components/submission/cases/case-strip.tsx';
import { Progress } from '#components/submission/progress/progress.tsx';
import { formatSilence, formatTakeover } from '#components/submission/progress/silence.ts';
import { formatState, formatTimeLeft, stagesOf } from '#components/submission/progress/stages.ts';
import type { EvaluationView } from '#lib/api/evaluations.ts';
import { evaluationView as evaluation } from '#test/support/evaluation-view.ts';

const AS_OF = '2026-02-05T14:00:00Z';

function stages(view: EvaluationView) {
  const context = { hidden: true, asOf: AS_OF, archiveBytes: 1, onLeaderboard: 'another' } as const;
  return stagesOf(view, { ...context, counting: 'BEST', standing: 'RANKED' });
}

function states(view: EvaluationView): string[] {
  return stages(view).map((stage) => stage.state);
}

const rail = (text: string) =>
  text.split('').map((letter) => ({ d: 'done', n: 'now', s: 'stopped', a: 'ahead' })[letter]);

test('the rail shows the current stage, or the stage where the evaluation stopped', () => {
  const queued = { state: 'QUEUED', startedAt: null, imageReadyAt: null } as const;
  expect(states(evaluation(queued))).toEqual(rail('dnaaaaa'));
  expect(states(evaluation({ imageReadyAt: null }))).toEqual(rail('ddnaaaa'));
  expect(states(evaluation({}))).toEqual(rail('dddnaaa'));
  expect(states(evaluation({ firstCaseAt: AS_OF, scored: 1 }))).toEqual(rail('ddddnaa'));
  expect(states(evaluation({ firstCaseAt: AS_OF, scored: 9, failed: 1 }))).toEqual(rail('dddddna'));
  expect(states(evaluation({ state: 'SCORED', firstCaseAt: AS_OF, scored: 10 }))).toEqual(rail('ddddddd'));
  expect(states(evaluation({ state: 'FAILED', imageReadyAt: null }))).toEqual(rail('ddsaaaa'));
  expect(states(evaluation({ ...queued, state: 'CANCELLED' }))).toEqual(rail('dsaaaaa'));
});

test('the first case shows its time once its result is recorded', () => {
  // The cases run in random order, as many at once as the runner has room for.
  expect(stages(evaluation({}))[3]).toMatchObject({ title: 'First case', notes: [] });
  expect(stages(evaluation({ firstCaseAt: '2026-02-05T13:20:00Z' }))[3]?.notes).toEqual(['13:20']);
});

test('an evaluation whose scorer failed waits for the organizers, and its cases are done, not scored', () => {
  const meaning = 'The organizers’ scorer failed.';
  const platformError = { code: 'SCORER_FAILED', meaning, detail: null } as const;
  const waiting = evaluation({ state: 'QUEUED', firstCaseAt: AS_OF, scored: 10, requeues: 1, platformError });
  expect(formatState(waiting, AS_OF)).toBe('Waiting for the organizers’ scorer');
  expect(states(waiting)).toEqual(rail('dddddna'));
  expect(stages(waiting)[5]).toMatchObject({ title: 'Scores', notes: ['waiting for', 'the organizers'] });
  const page = renderToStaticMarkup(
    createElement(Progress, {
      evaluation: waiting,
      hidden: true,
      asOf: AS_OF,
      nowMs: Date.parse(AS_OF),
      submissionId: 's',
      cancel: null,
    }),
  );
  expect(page).toContain('Your container is done. The score waits for the organizers.');
  expect(page).toContain('uses no quota');
  expect(page).toContain('10 done, 0 failed');
  expect(page).not.toContain('requeued');
  // Scored later, nothing waits.
  expect(formatState({ ...waiting, state: 'SCORED' }, AS_OF)).toBe('Scored');
});

test('an evaluation that ended early has no waiting cases', () => {
  expect((['QUEUED', 'RUNNING'] as const).map((state) => pendingLabel({ state }))).toEqual([
    'waiting',
    'waiting',
  ]);
  expect((['FAILED', 'CANCELLED'] as const).map((state) => pendingLabel({ state }))).toEqual([
    'not run',
    'not run',
  ]);
});

test('time left follows the pace; in a hidden phase it is rounded to quarters of an hour', () => {
  // 4 of 10 in 60 minutes: 15 minutes per case, 6 cases left: 90 minutes.
  const four = evaluation({ scored: 3, failed: 1 });
  expect(formatTimeLeft(four, false, AS_OF)).toBe('about 1 h 30 min left');
  expect(formatTimeLeft(four, true, AS_OF)).toBe('1 to 2 h left');
  // 8 of 10 in 60 minutes: 7.5 minutes per case, 15 minutes left.
  expect(formatTimeLeft(evaluation({ scored: 8 }), true, AS_OF)).toBe('15 to 30 minutes left');
  expect(formatTimeLeft(evaluation({ scored: 9 }), true, AS_OF)).toBe('less than 15 minutes left');
  expect(formatTimeLeft(evaluation({}), true, AS_OF)).toBeNull();
  expect(formatTimeLeft(evaluation({ state: 'SCORED', scored: 10 }), true, AS_OF)).toBeNull();
});

test('marks of a hidden phase are sorted by state, one per case', () => {
  const view = evaluation({ scored: 3, failed: 2, running: 9 });
  expect(marksOf(view).join(' ')).toBe(
    'scored scored scored failed failed running running running running running',
  );
});

test('marks of an open phase are in the order of the cases', () => {
  const entry = (caseNumber: number, status: 'SCORED' | 'REJECTED') => ({
    caseId: String(caseNumber),
    status,
    code: null,
    metrics: {},
  });
  const view = evaluation({ caseCount: 4, scored: 1, failed: 1, running: 1 });
  const caseScores = [entry(2, 'SCORED'), entry(3, 'REJECTED')];
  expect(marksByCase({ ...view, caseScores })).toEqual(['running', 'scored', 'failed', 'waiting']);
});

test('a silent runner is named with the time since when, and with what happens next', () => {
  const silent = { since: '2026-02-05T13:57:41Z', leaseExpiresAt: '2026-02-05T14:02:10Z' };
  const at = (time: string) => Date.parse(`2026-02-05T${time}Z`);
  expect(formatSilence(evaluation({}), at('14:00:00'))).toBeNull();
  const waiting = evaluation({ runnerSilence: silent, scored: 3, firstCaseAt: AS_OF });
  const start = 'Waiting for a runner that stopped answering, since 13:57 UTC.';
  const end = 'Scored cases are kept, and this uses no quota.';
  expect(formatSilence(waiting, at('14:00:00'))).toBe(
    `${start} Another runner takes over when the lease expires at 14:03 UTC. ${end}`,
  );
  expect(formatSilence(waiting, at('14:02:11'))).toBe(
    `${start} Its lease has expired, so the next free runner takes over. ${end}`,
  );
  const alone = evaluation({ runnerSilence: silent, waitsFor: 'Waits for a runner: no runner is online.' });
  expect(formatSilence(alone, at('14:00:00'))).toBe(
    `${start} No other runner can take over yet. Waits for a runner: no runner is online. ${end}`,
  );
  expect(formatTakeover(null, AS_OF)).toBe('its lease has expired, so the next free runner takes over');
  expect(formatState(waiting, AS_OF)).toBe('Waiting for a runner that stopped answering');
  // Nobody knows when it goes on.
  expect(formatTimeLeft(waiting, false, AS_OF)).toBeNull();
});
