import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Progress } from '#components/submission/progress/progress.tsx';
import type { EvaluationView } from '#lib/api/evaluations.ts';
import { evaluationView } from '#test/support/evaluation-view.ts';

const AS_OF = '2026-02-05T14:00:00Z';
const ENGINE_LOST = {
  code: 'ENGINE_LOST',
  meaning: 'The runner’s container engine stopped responding.',
  detail: null,
};

/** The words of the page's section. */
function textOf(over: Partial<EvaluationView>): string {
  const evaluation = evaluationView(over);
  const props = { evaluation, hidden: true, asOf: AS_OF, nowMs: Date.parse(AS_OF), submissionId: 's' };
  const markup = renderToStaticMarkup(createElement(Progress, { ...props, cancel: async () => undefined }));
  return markup.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
}

test.each<[string, Partial<EvaluationView>, string]>([
  ['counts, because it has started', {}, 'It counts against the quota, because it has started.'],
  [
    'is free before the start',
    { state: 'QUEUED', startedAt: null, usesQuotaOnceCancelled: false },
    'No runner has started it yet, so cancelling uses no quota.',
  ],
  [
    'is free after a platform error, also while it runs again',
    { platformError: ENGINE_LOST, requeues: 1, usesQuotaOnceCancelled: false },
    'Cancelling uses no quota, because a platform error interrupted it.',
  ],
  [
    'is free while the runner is silent',
    { runnerSilence: { since: AS_OF, leaseExpiresAt: AS_OF }, usesQuotaOnceCancelled: false },
    'Cancelling uses no quota, because its runner stopped answering.',
  ],
])('before cancelling, the page says that it %s', (_, over, sentence) => {
  expect(textOf(over)).toContain(sentence);
});

test('after cancelling, the page says whether it counts', () => {
  const cancelled = { state: 'CANCELLED', finishedAt: AS_OF } as const;
  expect(textOf(cancelled)).toContain('It counts against the quota, because it had started.');
  const free = textOf({ ...cancelled, platformError: ENGINE_LOST, requeues: 1, usesQuota: false });
  expect(free).toContain('cancelled without a score. It uses no quota.');
  expect(free).toContain(
    'ENGINE_LOST : The runner’s container engine stopped responding. It was cancelled after',
  );
  expect(free).not.toContain('requeued');
});

test('a requeue is told without a false number', () => {
  const after = (requeues: number) => textOf({ state: 'QUEUED', platformError: ENGINE_LOST, requeues });
  expect(after(0)).toContain('The evaluation was requeued. Finished cases are kept');
  expect(after(1)).toContain('was requeued once.');
  expect(after(3)).toContain('was requeued 3 times.');
});

test('a silent runner takes the place of the estimate', () => {
  const silence = { since: '2026-02-05T13:57:41Z', leaseExpiresAt: '2026-02-05T14:02:10Z' };
  const text = textOf({ runnerSilence: silence, scored: 3, firstCaseAt: '2026-02-05T13:30:00Z' });
  expect(text).toContain('Waiting for a runner that stopped answering, since 13:57 UTC.');
  expect(text).not.toMatch(/ left\b/);
});
