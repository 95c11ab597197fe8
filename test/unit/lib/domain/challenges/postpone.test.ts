import { expect, test } from 'vitest';
import { CHALLENGE_TEMPLATES } from '#examples/challenges/templates.ts';
import { postponePhases } from '#lib/domain/challenges/postpone.ts';

const NOW = new Date('2026-03-10T12:00:00Z');
const [phase] = CHALLENGE_TEMPLATES[0]!.define(NOW).phases;
const window = (opensAt: string, closesAt: string) => ({ ...phase!, opensAt, closesAt });
const windows = (phases: ReturnType<typeof postponePhases>) =>
  phases.map(({ opensAt, closesAt }) => [opensAt, closesAt]);

test('phases of the past are moved together by whole days, so that the first opens in a week', () => {
  const phases = [
    window('2024-01-01T08:00:00Z', '2024-02-01T08:00:00Z'),
    window('2024-03-01T08:00:00Z', '2024-03-02T08:00:00Z'),
  ];
  // 807 days after 2024-01-01 is 2026-03-18; 806 days would be less than 7 days from now.
  expect(windows(postponePhases(phases, NOW))).toEqual([
    ['2026-03-18T08:00:00Z', '2026-04-18T08:00:00Z'],
    ['2026-05-17T08:00:00Z', '2026-05-18T08:00:00Z'],
  ]);
});

test('phases that open later than that stay', () => {
  const phases = [window('2026-03-17T12:00:00Z', '2026-04-01T00:00:00Z')];
  expect(windows(postponePhases(phases, NOW))).toEqual([['2026-03-17T12:00:00Z', '2026-04-01T00:00:00Z']]);
});
