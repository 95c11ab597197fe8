import { performance } from 'node:perf_hooks';

/** Milliseconds that each of the attempts took, sorted; they alternate, so that both see the same load. */
export async function timesOf(
  attempts: readonly (() => Promise<unknown>)[],
  rounds: number,
): Promise<number[][]> {
  const times: number[][] = attempts.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, attempt] of attempts.entries()) {
      const start = performance.now();
      await attempt();
      times[index]?.push(performance.now() - start);
    }
  }
  return times.map((list) => list.sort((left, right) => left - right));
}

/** The share of pairs in which the left one takes longer: 0.5 if the two can't be told apart. */
export function shareLonger(left: readonly number[], right: readonly number[]): number {
  const wins = left.flatMap((value) => right.map((other): number => (value > other ? 1 : 0)));
  return wins.reduce((sum, win) => sum + win, 0) / wins.length;
}
