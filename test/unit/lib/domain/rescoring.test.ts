import { expect, test } from 'vitest';
import { hasVersions, leaderboardVersions } from '#lib/domain/evaluations/rescoring.ts';

const at = (minute: number, dice: number) => ({
  finishedAt: new Date(Date.UTC(2026, 2, 1, 0, minute)),
  versions: { dice },
});

test('a leaderboard has the versions of what was published last, or else of what was scored first', () => {
  expect(leaderboardVersions(null, [at(5, 2), at(3, 1)])).toEqual({ dice: 1 });
  expect(leaderboardVersions({ dice: 2 }, [at(5, 2), at(3, 1)])).toEqual({ dice: 2 });
  expect(leaderboardVersions(null, [])).toBeNull();
});

test('only the metrics of the phase decide whether scores belong on a leaderboard', () => {
  const metrics = [{ metric: 'dice' }];
  expect(hasVersions({ dice: 1, hd95: 2 }, { dice: 1, hd95: 1 }, metrics)).toBe(true);
  expect(hasVersions({ dice: 2 }, { dice: 1 }, metrics)).toBe(false);
  expect(hasVersions({}, { dice: 1 }, metrics)).toBe(false);
});
