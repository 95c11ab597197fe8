import { randomInt } from 'node:crypto';

/**
 * Shuffles items with the system's random source (Fisher-Yates), so that a position in a sealed set or in an
 * evaluation reveals nothing about the case.
 */
export function shuffle<T>(items: readonly T[]): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [order[i], order[j]] = [order[j] as T, order[i] as T];
  }
  return order;
}
