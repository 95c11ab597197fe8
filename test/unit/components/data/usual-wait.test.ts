import { expect, test } from 'vitest';
import { describeWait } from '#components/data/request-state.tsx';

test('the usual wait names its sample, and says when nothing is known', () => {
  expect(describeWait(null)).toContain('Not known');
  expect(describeWait({ medianHours: 0.2, decisions: 1 })).toBe('less than an hour (median of 1 decision)');
  expect(describeWait({ medianHours: 30, decisions: 2 })).toBe('30 hours (median of 2 decisions)');
  expect(describeWait({ medianHours: 200, decisions: 40 })).toBe('8 days (median of 40 decisions)');
});
