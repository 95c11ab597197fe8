import { describe, expect, it } from 'vitest';
import { caseValue } from '#lib/domain/metrics/aggregate.ts';
import {
  evaluateCases,
  METRIC_INFOS_OF_PHASES,
  syntheticCases,
  WORST,
} from '#test/bench/large-database/case-results.ts';
import { copyText } from '#test/bench/large-database/copy-rows.ts';
import { slugOf, teamName } from '#test/bench/large-database/names.ts';
import { Random } from '#test/bench/large-database/random.ts';

describe('Random', () => {
  it('gives the same values for the same seed', () => {
    const draw = (seed: number) => {
      const random = new Random(seed);
      return [random.uniform(), random.normal(), random.below(10), random.hex(12), random.uuid(new Date(0))];
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it('makes UUIDs of version 7 that sort by time', () => {
    const random = new Random(1);
    const uuids = [0, 1, 2 ** 41].map((ms) => random.uuid(new Date(ms)));
    for (const uuid of uuids) {
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    expect(uuids.toSorted()).toEqual(uuids);
  });
});

describe('evaluateCases', () => {
  const random = new Random(1);
  const cases = syntheticCases(random, 2000);
  const results = evaluateCases(random, cases, 0);

  it('fails about 2 % of the cases', () => {
    const failed = results.filter(({ status }) => status !== 'SCORED');
    expect(failed.length / results.length).toBeCloseTo(0.02, 1);
    expect(failed.every(({ code, metrics }) => code !== null && Object.keys(metrics).length === 0)).toBe(
      true,
    );
  });

  it('has each kind of value: numbers within the worst, none, and undefined ones', () => {
    for (const { key: metric } of METRIC_INFOS_OF_PHASES) {
      const values = results.map((result) => caseValue(result, metric));
      const worst = WORST[metric as keyof typeof WORST];
      for (const value of values.filter((one) => typeof one === 'number')) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(worst === 0 ? 1 : worst);
      }
      expect(values.includes(null)).toBe(metric === 'hd95');
      expect(values.includes('undefined')).toBe(metric === 'sensitivity');
    }
  });

  it('gives a better algorithm better results', () => {
    const mean = (skill: number) => {
      const dice = evaluateCases(new Random(3), cases, skill).map(({ metrics }) => metrics['dice'] ?? 0);
      return dice.reduce((sum, value) => sum + value, 0) / dice.length;
    };
    expect(mean(1)).toBeGreaterThan(mean(-1) + 0.05);
  });
});

describe('copyText', () => {
  it('writes values as COPY reads them', () => {
    expect(copyText(null)).toBe('\\N');
    expect(copyText(1.5)).toBe('1.5');
    expect(copyText(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
    expect(copyText({ dice: 0.5, hd95: null })).toBe('{"dice":0.5,"hd95":null}');
    expect(copyText(new Uint8Array([0, 255]))).toBe('\\\\x00ff');
    expect(copyText(['a', 'b c'])).toBe('{"a","b c"}');
    expect(copyText([])).toBe('{}');
  });

  it('escapes what would end a value or a row', () => {
    expect(copyText('a\tb\nc\\d\re')).toBe('a\\tb\\nc\\\\d\\re');
    expect(copyText(['say "x"'])).toBe('{"say \\\\"x\\\\""}');
  });
});

describe('teamName', () => {
  it('names five hundred teams differently', () => {
    const names = Array.from({ length: 500 }, (_, index) => teamName(index));
    expect(new Set(names.map(slugOf)).size).toBe(500);
  });
});
