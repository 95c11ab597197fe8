import { describe, expect, it } from 'vitest';
import { parseBenchOptions } from '#test/bench/site/options.ts';

const NAMES = ['home', 'leaderboard', 'new-score'];

describe('parseBenchOptions', () => {
  it('measures everything for ten seconds without arguments', () => {
    expect(parseBenchOptions([], NAMES)).toEqual({ fresh: false, only: NAMES, seconds: 10, profile: null });
  });

  it('takes names with commas or one by one', () => {
    expect(parseBenchOptions(['--only', 'home, new-score'], NAMES).only).toEqual(['home', 'new-score']);
    expect(parseBenchOptions(['--only', 'home', '--only', 'leaderboard'], NAMES).only).toEqual([
      'home',
      'leaderboard',
    ]);
  });

  it('takes the other options', () => {
    const options = parseBenchOptions(['--fresh', '--seconds', '3', '--profile', 'profiles'], NAMES);
    expect(options).toEqual({ fresh: true, only: NAMES, seconds: 3, profile: 'profiles' });
  });

  it('names the measurements there are if one is unknown', () => {
    expect(() => parseBenchOptions(['--only', 'hme'], NAMES)).toThrow(
      'There is no measurement hme. Choose from: home, leaderboard, new-score.',
    );
  });

  it('refuses what is no duration and what is no option', () => {
    for (const text of ['0', '1.5', 'ten', '']) {
      expect(() => parseBenchOptions([`--seconds=${text}`], NAMES)).toThrow('whole number');
    }
    expect(() => parseBenchOptions(['--frsh'], NAMES)).toThrow('--frsh');
    expect(() => parseBenchOptions(['home'], NAMES)).toThrow('home');
  });
});
