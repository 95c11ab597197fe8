import { describe, expect, test } from 'vitest';
import { MAX_EXPECTED_SECONDS, queueTag } from '#lib/domain/evaluations/queue-order.ts';

const T0 = Date.UTC(2026, 6, 1, 12);
const at = (seconds: number) => new Date(T0 + seconds * 1000);
const alone = (seconds: number, expectedSeconds: number) =>
  queueTag({ now: at(seconds), lastTag: null, expectedSeconds });

/** The order of evaluations that are submitted at `at` and run one at a time. */
function order(submitted: readonly { team: string; at: number; takes: number }[]): string[] {
  const last = new Map<string, number>();
  const tagged = submitted.map(({ team, at: seconds, takes }) => {
    const tag = queueTag({ now: at(seconds), lastTag: last.get(team) ?? null, expectedSeconds: takes });
    last.set(team, tag);
    return { team, tag };
  });
  return tagged.sort((a, b) => a.tag - b.tag).map(({ team }) => team);
}

describe('the order of the queue', () => {
  test('is the order of submission if all take equally long', () => {
    expect(order(['a', 'b', 'c'].map((team, i) => ({ team, at: i, takes: 600 })))).toEqual(['a', 'b', 'c']);
  });

  test('puts a one-minute evaluation before a one-hour evaluation that was submitted half an hour earlier', () => {
    expect(alone(1800, 60)).toBeLessThan(alone(0, 3600));
  });

  test('lets no evaluation be overtaken once it has waited for its own duration', () => {
    // One-minute evaluations that are submitted after 59 minutes come after the hour that was submitted at 0.
    expect(alone(3539, 60)).toBeLessThan(alone(0, 3600));
    expect(alone(3541, 60)).toBeGreaterThan(alone(0, 3600));
  });

  test('gives a team that submits ten its second turn after the first turn of the others', () => {
    const ten = Array.from({ length: 10 }, (_, i) => ({ team: 'many', at: i, takes: 600 }));
    const one = { team: 'one', at: 60, takes: 600 };
    const two = { team: 'two', at: 120, takes: 600 };
    expect(order([...ten, one, two]).slice(0, 4)).toEqual(['many', 'one', 'two', 'many']);
  });

  test('does not charge a team for turns that are over', () => {
    const late = queueTag({ now: at(5000), lastTag: alone(0, 60), expectedSeconds: 60 });
    expect(late).toBe(alone(5000, 60));
  });

  test('puts no evaluation back by more than two hours, and counts whole seconds', () => {
    expect(alone(0, 86_400)).toBe(alone(0, MAX_EXPECTED_SECONDS));
    expect(alone(0, 0.2) - alone(0, 1)).toBe(0);
    expect(-alone(0, MAX_EXPECTED_SECONDS)).toBeGreaterThan(-(2 ** 31));
  });
});
