import { randomInt } from 'node:crypto';

/**
 * The items in an order drawn from the system's random source (Fisher and Yates), so that a place in a sealed
 * set or in an evaluation tells nothing about the case that stands there.
 */
export function shuffle<T>(items: readonly T[]): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [order[i], order[j]] = [order[j] as T, order[i] as T];
  }
  return order;
}
