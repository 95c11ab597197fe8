import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { seededSource } from '#lib/domain/ranking/random.ts';
import { limitsFrom, limitsOfAgreement } from '#lib/domain/statistics/agreement/bland-altman.ts';
import { concordance } from '#lib/domain/statistics/agreement/concordance.ts';
import { intraclassCorrelation } from '#lib/domain/statistics/agreement/intraclass.ts';
import { fQuantile, tQuantile } from '#lib/domain/statistics/quantiles.ts';

/** Peak expiratory flow in l/min, first measurements (Bland and Altman, Lancet 1986;1:307–310, table 1). */
const WRIGHT = Float64Array.of(
  494,
  395,
  516,
  434,
  476,
  557,
  413,
  442,
  650,
  433,
  417,
  656,
  267,
  478,
  178,
  423,
  427,
);
const MINI = Float64Array.of(
  512,
  430,
  520,
  428,
  500,
  600,
  364,
  380,
  658,
  445,
  432,
  626,
  260,
  477,
  259,
  350,
  451,
);

/** Six targets, four judges (Shrout and Fleiss 1979, table 2). */
const JUDGES = [
  Float64Array.of(9, 6, 8, 7, 10, 6),
  Float64Array.of(2, 1, 4, 1, 5, 2),
  Float64Array.of(5, 3, 6, 2, 6, 4),
  Float64Array.of(8, 2, 8, 6, 9, 7),
];

test.each([
  [0.975, 2, 4.302652729749462],
  [0.975, 16, 2.1199052992212546],
  [0.975, 84, 1.9886096669757083],
  [0.975, 299.5, 1.967916317822958],
])('the t quantile of %d with %d degrees of freedom is that of SciPy', (p, df, expected) => {
  expect(tQuantile(p, df)).toBeCloseTo(expected, 9);
});

test.each([
  [0.975, 1, 1, 647.7890114778442],
  [0.975, 5, 4.79, 7.490103962012941],
  [0.975, 299, 312.5, 1.2515344848045429],
  [0.025, 7.3, 12, 0.22186108688822834],
  [0.975, 3, 2000, 3.122646596039823],
])('the F quantile of %d with %d and %d degrees of freedom is that of SciPy', (p, df1, df2, expected) => {
  expect(fQuantile(p, df1, df2) / expected).toBeCloseTo(1, 10);
});

describe('limits of agreement', () => {
  it('are those that Bland and Altman published for peak flow', () => {
    const limits = limitsOfAgreement(WRIGHT.map((value, i) => value - MINI[i]!))!;
    expect(limits.n).toBe(17);
    // Published: −2.1 and 38.8 l/min. They round the bias before its interval, −22.1 to 17.9.
    expect(limits.bias).toBeCloseTo(-2.1, 1);
    expect(limits.sd).toBeCloseTo(38.8, 1);
    expect(limits.biasInterval[0]).toBeCloseTo(-22.05, 2);
    expect(limits.biasInterval[1]).toBeCloseTo(17.81, 2);
    expect(limits.lower).toBeCloseTo(-2.1176 - 1.96 * 38.7651, 2);
  });

  it('have the published intervals for blood pressure', () => {
    // Bland and Altman 1999, section 2: n = 85, −16.29 and 19.61 mmHg; limits −54.7 and 22.1, standard error 3.64.
    const limits = limitsFrom({ n: 85, bias: -16.29, sd: 19.61 });
    expect(limits.lower).toBeCloseTo(-54.7, 1);
    expect(limits.upper).toBeCloseTo(22.1, 1);
    expect((limits.upper - limits.upperInterval[0]) / tQuantile(0.975, 84)).toBeCloseTo(3.64, 1);
    expect(limits.upperInterval[1] - limits.upper).toBeCloseTo(limits.lower - limits.lowerInterval[0], 10);
  });

  it('need three cases', () => {
    expect(limitsOfAgreement(Float64Array.of(1, 2))).toBeNull();
  });
});

describe('ICC(2,1)', () => {
  it('is 0.29 from 0.019 to 0.761 for the judges of Shrout and Fleiss', () => {
    const { value, interval } = intraclassCorrelation(JUDGES)!;
    expect(value).toBeCloseTo(0.29, 2);
    // As the R package psych reports them (`ICC(sf)`, Single_random_raters).
    expect(interval![0]).toBeCloseTo(0.019, 3);
    expect(interval![1]).toBeCloseTo(0.761, 3);
  });

  it('is the ratio of variances for two raters, by the definition of the sums', () => {
    fc.assert(
      fc.property(pairs, (measured) => {
        const [x, y] = [measured.map(([a]) => a), measured.map(([, b]) => b)];
        const icc = intraclassCorrelation([Float64Array.from(x), Float64Array.from(y)]);
        const n = x.length;
        const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
        const all = mean([...x, ...y]);
        const rows = x.map((value, i) => (value + y[i]!) / 2);
        const msr = (2 * rows.reduce((sum, row) => sum + (row - all) ** 2, 0)) / (n - 1);
        const msc = n * ((mean(x) - all) ** 2 + (mean(y) - all) ** 2);
        const total = [...x, ...y].reduce((sum, value) => sum + (value - all) ** 2, 0);
        const mse = (total - msr * (n - 1) - msc) / (n - 1);
        const denominator = msr + mse + (2 * (msc - mse)) / n;
        if (icc === null || Math.abs(denominator) < 1e-6) return;
        expect(icc.value).toBeCloseTo((msr - mse) / denominator, 6);
      }),
    );
  });

  it('has an interval that holds it, and none without any disagreement', () => {
    const value = intraclassCorrelation([WRIGHT, MINI])!;
    expect(value.interval![0]).toBeLessThan(value.value);
    expect(value.interval![1]).toBeGreaterThan(value.value);
    expect(intraclassCorrelation([WRIGHT, WRIGHT])).toEqual({ value: 1, interval: null });
    expect(intraclassCorrelation([new Float64Array(5), new Float64Array(5)])).toBeNull();
  });
});

describe('Lin’s concordance', () => {
  it('of the two peak flow meters', () => {
    const { value, interval } = concordance(WRIGHT, MINI)!;
    // Lin’s formulas evaluated in NumPy.
    expect(value).toBeCloseTo(0.9427424314274845, 10);
    expect(interval![0]).toBeCloseTo(0.8504918731685603, 10);
    expect(interval![1]).toBeCloseTo(0.9787262791701226, 10);
  });

  it('has an interval that covers the true coefficient in about 95% of normal samples', () => {
    const source = seededSource(7);
    const uniform = () => (source() + 0.5) / 2 ** 32;
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    // y = 0.9·x + 0.3 + noise of variance 0.19: both have variance 1, so ρc = 2·0.9 / (2 + 0.09).
    const truth = 1.8 / 2.09;
    let covered = 0;
    for (let sample = 0; sample < 1000; sample++) {
      const x = Float64Array.from({ length: 60 }, normal);
      const y = x.map((value) => 0.9 * value + 0.3 + Math.sqrt(0.19) * normal());
      const [low, high] = concordance(x, y)!.interval!;
      if (low <= truth && truth <= high) covered += 1;
    }
    expect(covered).toBeGreaterThan(930);
    expect(covered).toBeLessThan(970);
  });

  it('is 1 without an interval where all agree, and null where nothing varies', () => {
    expect(concordance(WRIGHT, WRIGHT)).toEqual({ value: 1, interval: null });
    expect(concordance(new Float64Array(5), new Float64Array(5))).toBeNull();
  });

  it('punishes a constant prediction', () => {
    expect(concordance(WRIGHT, new Float64Array(17).fill(400))).toEqual({ value: 0, interval: null });
  });
});

const pairs = fc.array(
  fc.tuple(fc.double({ min: 0, max: 400, noNaN: true }), fc.double({ min: 0, max: 400, noNaN: true })),
  { minLength: 3, maxLength: 30 },
);
