import { describe, expect, test } from 'vitest';
import { rescoreText } from '#cli/admin/rescore-text.ts';
import { type CaseOrigin, compareScores, type RescoredSubmission } from '#lib/domain/evaluations/rescore.ts';
import type { RecordedCase } from '#lib/domain/metrics/aggregate.ts';
import { METRICS } from '#lib/domain/metrics/metrics.ts';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { VALUES_TASK } from '#test/support/scoring/values-task.ts';

const PHASE = {
  task: STROKE_T1,
  metrics: [{ metric: 'dice' as const, weight: 1 }],
  worst: { dice: 0, sensitivity: 0 },
  ranking: 'AGGREGATE_THEN_RANK' as const,
  summary: 'MEAN' as const,
  counting: 'BEST' as const,
  seed: 1,
};

function scored(dice: number, undefinedMetrics: string[] = []): RecordedCase {
  return { status: 'SCORED', metrics: { dice, sensitivity: dice }, undefinedMetrics };
}
const FAILED: RecordedCase = { status: 'FAILED', metrics: {}, undefinedMetrics: [] };

/** Cases as [before, after], with the published mean of Dice over the values before. */
function submission(
  team: string,
  mean: number | null,
  cases: readonly (readonly [RecordedCase, RecordedCase, CaseOrigin?])[],
  version: number = METRICS.dice.version,
): RescoredSubmission {
  return {
    id: `submission-of-${team}`,
    team,
    algorithm: 'threshold 1',
    submittedAt: new Date(Date.UTC(2026, 0, 1)),
    scores: [{ metric: 'dice', version, mean, median: 0.5 }],
    cases: cases.map(([before, after, origin = 'scoredAgain']) => ({ before, after, origin })),
    sets: {},
  };
}

test('a phase that shows medians is compared by medians', () => {
  // Before: 0.1, 0.5 and 0.9, after: 0.3, 0.6 and 0.9.
  const report = compareScores({ ...PHASE, summary: 'MEDIAN' }, [
    submission('red', null, [
      [scored(0.1), scored(0.3)],
      [scored(0.5), scored(0.6)],
      [scored(0.9), scored(0.9)],
    ]),
  ]);
  expect(report.submissions[0]!.metrics).toMatchObject([{ valueBefore: 0.5, valueAfter: 0.6 }]);
  expect(rescoreText('stroke/test', report)).toContain('median before');
});

describe('a metric over the set', () => {
  const metrics = [{ metric: 'auroc:walks', weight: 1 }];
  const phase = { ...PHASE, task: VALUES_TASK, metrics, summary: 'MEDIAN' as const };
  const of = (team: string, mean: number, sets: RescoredSubmission['sets'], version = 1) => ({
    ...submission(team, null, [[scored(0.5), scored(0.5)]]),
    scores: [{ metric: 'auroc:walks', version, mean, median: null }],
    sets,
  });

  test('that could be computed again changes values, versions and ranks', () => {
    const report = compareScores(phase, [
      of('red', 0.6, { 'auroc:walks': 0.8 }, 0),
      of('blue', 0.7, { 'auroc:walks': 0.7 }, 0),
    ]);
    const common = { versionBefore: 0, version: 1, over: 'set', isRescored: true, changedCases: 0 };
    expect(report).toMatchObject({
      changed: true,
      submissions: [
        { rankBefore: 2, rankAfter: 1, metrics: [{ ...common, valueBefore: 0.6, valueAfter: 0.8 }] },
        { rankBefore: 1, rankAfter: 2, metrics: [{ ...common, valueBefore: 0.7, valueAfter: 0.7 }] },
      ],
    });
    const text = rescoreText('recovery/test', report);
    expect(text).toMatch(/2 → 1 +auroc:walks +0 → 1 +0\.600000 +0\.800000 +–\n/);
    expect(text).not.toContain('under the same version');
    expect(text).not.toContain('not rescored');
  });

  test('that changes under the same version is reported', () => {
    const report = compareScores(phase, [of('red', 0.6, { 'auroc:walks': 0.8 })]);
    expect(rescoreText('recovery/test', report)).toContain('Values changed under the same version');
  });

  test('that couldn’t be computed again keeps its recorded value and version, in both rankings', () => {
    const report = compareScores(phase, [of('red', 0.6, {}, 0), of('blue', 0.7, { 'auroc:walks': 0.5 })]);
    const red = { versionBefore: 0, version: 0, valueBefore: 0.6, valueAfter: 0.6, isRescored: false };
    expect(report).toMatchObject({
      submissions: [
        { rankBefore: 2, rankAfter: 1, metrics: [red] },
        { rankBefore: 1, rankAfter: 2, metrics: [{ valueBefore: 0.7, valueAfter: 0.5 }] },
      ],
    });
    const text = rescoreText('recovery/test', report);
    expect(text).toMatch(/auroc:walks +0 +0\.600000 +0\.600000 +not rescored\n/);
    expect(text).toContain('every prediction that was scored is kept');
    const unchanged = rescoreText('recovery/test', compareScores(phase, [of('red', 0.6, {})]));
    expect(unchanged).toContain('Nothing would change');
    expect(unchanged).toContain('every prediction that was scored is kept');
  });
});

describe('scored again', () => {
  test('to the same values: nothing would change', () => {
    const report = compareScores(PHASE, [
      submission('red', 0.35, [
        [scored(0.7), scored(0.7)],
        [FAILED, FAILED, 'failed'],
      ]),
    ]);
    expect(report).toMatchObject({
      changed: false,
      cases: { scoredAgain: 1, failed: 1, notKept: 0, lost: 0 },
      submissions: [{ rankBefore: 1, rankAfter: 1, changes: [], metrics: [{ changedCases: 0 }] }],
    });
    expect(rescoreText('stroke/test', report)).toContain('Nothing would change');
  });

  test('to other values: means, cases and ranks before and after', () => {
    // red (0.9 + 0.5)/2 = 0.7 → (0.9 + 0.1)/2 = 0.5; blue (0.6 + 0.6)/2 = 0.6 stays: the ranks change places.
    const report = compareScores(PHASE, [
      submission('red', 0.7, [
        [scored(0.9), scored(0.9)],
        [scored(0.5), scored(0.1)],
      ]),
      submission('blue', 0.6, [
        [scored(0.6), scored(0.6)],
        [scored(0.6), scored(0.6), 'notKept'],
      ]),
    ]);
    const [red, blue] = report.submissions;
    expect(red).toMatchObject({ rankBefore: 1, rankAfter: 2 });
    expect(red!.metrics).toEqual([
      {
        metric: 'dice',
        over: 'case',
        versionBefore: 1,
        version: 1,
        valueBefore: 0.7,
        valueAfter: 0.5,
        changedCases: 1,
        isRescored: true,
      },
    ]);
    expect(red!.changes).toEqual([{ caseIndex: 1, metric: 'dice', before: 0.5, after: 0.1 }]);
    expect(blue).toMatchObject({ rankBefore: 2, rankAfter: 1, changes: [] });
    const text = rescoreText('stroke/test', report);
    expect(text).toContain('2 of 2 would change');
    expect(text).toMatch(/red: threshold 1 .* 1 → 2 +dice +1 +0\.700000 +0\.500000 +1\n/);
    expect(text).toContain('1 without a kept prediction');
    expect(text).toContain('rerun the images');
    expect(text).toContain('Values changed under the same version');
  });

  test('to a score where there was a refusal, and the other way round', () => {
    const refused: RecordedCase = { ...FAILED, status: 'REJECTED' };
    const { submissions } = compareScores(PHASE, [
      submission('red', 0.4, [
        [refused, scored(0.6)],
        [scored(0.8), refused],
      ]),
    ]);
    expect(submissions[0]).toMatchObject({
      metrics: [{ valueBefore: 0.4, valueAfter: 0.3, changedCases: 2 }],
      changes: [
        { caseIndex: 0, before: 'failed', after: 0.6 },
        { caseIndex: 1, before: 0.8, after: 'failed' },
      ],
    });
  });

  test('under another version: said even where the values are the same', () => {
    const report = compareScores(PHASE, [submission('red', 0.7, [[scored(0.7), scored(0.7)]], 0)]);
    expect(report.changed).toBe(true);
    const text = rescoreText('stroke/test', report);
    expect(text).toContain('0 → 1');
    expect(text).not.toContain('under the same version');
  });

  test('differences beyond 10 decimals are none', () => {
    const report = compareScores(PHASE, [submission('red', 0.3, [[scored(0.1 + 0.2), scored(0.3)]])]);
    expect(report.changed).toBe(false);
  });

  test('a case that turns out to have no value is left out for those too who were not scored again', () => {
    const left = ['sensitivity'];
    const phase = { ...PHASE, metrics: [{ metric: 'sensitivity' as const, weight: 1 }] };
    const cases = (second: readonly [RecordedCase, RecordedCase, CaseOrigin?]) =>
      [[scored(0.5), scored(0.5)], second] as const;
    const { submissions } = compareScores(phase, [
      submission('red', 0, cases([scored(0.7), scored(0.7, left)])),
      submission('blue', 0, cases([FAILED, FAILED, 'failed'])),
    ]);
    // Both are left with the first case: before, blue had (0.5 + 0)/2.
    expect(submissions.map(({ metrics }) => metrics[0]!.valueAfter)).toEqual([0.5, 0.5]);
    expect(submissions.map(({ rankBefore, rankAfter }) => [rankBefore, rankAfter])).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });
});

test('without a kept prediction nothing is scored again, and the text says how to get them', () => {
  const report = compareScores(PHASE, [submission('red', 0.7, [[scored(0.7), scored(0.7), 'notKept']])]);
  const text = rescoreText('stroke/test', report);
  expect(text).toContain('Nothing could be rescored.');
  expect(text).toContain('keepsPredictionsDays');
});

test('a phase without submissions has nothing to compare', () => {
  expect(compareScores(PHASE, [])).toMatchObject({ changed: false, submissions: [] });
});

test('where a leaderboard never mixes versions, a submission that isn’t rescored as a whole loses its rank', () => {
  const submissions = [
    submission('red', 0.9, [[scored(0.9), scored(0.9), 'notKept']]),
    submission('blue', 0.7, [[scored(0.7), scored(0.8)]]),
    { ...submission('green', 0.95, [[scored(0.95), scored(0.95)]]), isRanked: false },
  ];
  const ranks = (ranksWhole: boolean) =>
    compareScores({ ...PHASE, ranksWhole }, submissions).submissions.map((one) => [
      one.isWhole,
      one.rankBefore,
      one.rankAfter,
    ]);
  expect(ranks(true)).toEqual([
    [false, 1, null],
    [true, 2, 1],
    [true, null, null],
  ]);
  expect(ranks(false)[0]).toEqual([false, 1, 1]);
});
