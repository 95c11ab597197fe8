import { expect, test } from 'vitest';
import { followText } from '#scripts/demo/follow.ts';

const QUEUED = { state: 'QUEUED', caseCount: 6, scored: 0, failed: 0, waitsFor: null } as const;
const of = (name: string, changes: Partial<Parameters<typeof followText>[0][number]['evaluation']>) => ({
  name,
  phase: 'test',
  evaluation: { ...QUEUED, ...changes },
});

test('the demo shows the progress of its evaluations', () => {
  const seen = [
    of('empty', { state: 'SCORED', scored: 6 }),
    of('threshold', { state: 'RUNNING', scored: 2, failed: 1 }),
    of('crash', {}),
  ];
  expect(followText(seen)).toBe('1 of 3 done; threshold on test 3 of 6');
});

test('the demo shows once why its own runner can’t run an evaluation', () => {
  const waitsFor = 'Waits for a runner with 2 GiB of memory.';
  expect(followText([of('empty', { waitsFor }), of('crash', { waitsFor })])).toBe(
    '0 of 2 done; 2 can’t start here. Waits for a runner with 2 GiB of memory.',
  );
});
