export interface Sample {
  features: readonly number[];
  label: 0 | 1;
  weight: number;
}

const ROUNDS = 25;
/** Prevents large weights of opposite sign for features that are nearly equal. */
const RIDGE = 1e-4;

/** Weighted logistic regression with a small ridge penalty, by Newton's method on standardized features. */
export function fitLogistic(samples: readonly Sample[]): { intercept: number; weights: number[] } {
  const { means, deviations } = standardization(samples);
  const size = means.length + 1;
  const total = samples.reduce((sum, { weight }) => sum + weight, 0);
  const rows = samples.map(({ features }) =>
    Float64Array.from([1, ...features.map((value, i) => (value - means[i]!) / deviations[i]!)]),
  );
  let solution = new Array<number>(size).fill(0);
  for (let round = 0; round < ROUNDS; round++) {
    const gradient = solution.map((value, i) => (i === 0 ? 0 : -2 * RIDGE * value));
    const curvature = solution.map((_, i) => solution.map((__, j) => (i === j && i > 0 ? 2 * RIDGE : 0)));
    samples.forEach(({ label, weight }, index) => {
      const row = rows[index]!;
      let logit = 0;
      for (let i = 0; i < size; i++) logit += row[i]! * solution[i]!;
      const probability = 1 / (1 + Math.exp(-logit));
      const share = weight / total;
      const spread = share * Math.max(probability * (1 - probability), 1e-9);
      for (let i = 0; i < size; i++) {
        gradient[i]! += share * (label - probability) * row[i]!;
        for (let j = 0; j < size; j++) curvature[i]![j]! += spread * row[i]! * row[j]!;
      }
    });
    const step = solveLinear(curvature, gradient);
    solution = solution.map((value, i) => value + step[i]!);
  }
  const weights = means.map((_, i) => solution[i + 1]! / deviations[i]!);
  const intercept = solution[0]! - means.reduce((sum, mean, i) => sum + mean * weights[i]!, 0);
  return { intercept, weights };
}

function standardization(samples: readonly Sample[]): { means: number[]; deviations: number[] } {
  const size = samples[0]!.features.length;
  const sums = new Array<number>(size).fill(0);
  const squares = new Array<number>(size).fill(0);
  for (const { features } of samples) {
    features.forEach((value, i) => {
      sums[i]! += value;
      squares[i]! += value * value;
    });
  }
  const means = sums.map((sum) => sum / samples.length);
  const deviations = squares.map((square, i) => Math.sqrt(square / samples.length - means[i]! ** 2) || 1);
  return { means, deviations };
}

/** Gauss–Jordan elimination with pivoting; `matrix` is square and not singular. */
function solveLinear(matrix: readonly number[][], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  for (let column = 0; column < rows.length; column++) {
    let pivot = column;
    for (let i = column + 1; i < rows.length; i++) {
      if (Math.abs(rows[i]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = i;
    }
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const lead = rows[column]!;
    for (const row of rows) {
      if (row === lead) continue;
      const factor = row[column]! / lead[column]!;
      for (let j = column; j <= rows.length; j++) row[j]! -= factor * lead[j]!;
    }
  }
  return rows.map((row, i) => row[rows.length]! / row[i]!);
}
