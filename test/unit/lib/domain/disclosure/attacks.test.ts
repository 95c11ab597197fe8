import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ATTACKS, type AttackName, RULES, simulateAttack } from '#test/support/disclosure/attacks.ts';

/** A team that guesses with 1,000 submissions. Outcomes are in standard errors above chance; a lucky first guess is worth one. */
const OPTIONS = { cases: 150, submissions: 1000, repetitions: 4, seed: 100 } as const;
const outcome = (name: string, attack: AttackName) =>
  simulateAttack(RULES.find((rule) => rule.name === name)!, attack, OPTIONS);

describe.each(Object.keys(ATTACKS) as AttackName[])('an adaptive attacker (%s)', (attack) => {
  test.each(['live, 6 decimals', 'live, 2 decimals', 'sealed, own scores shown'])(
    'learns the cases where every score is shown: %s',
    (name) => {
      expect(outcome(name, attack).final).toBeGreaterThan(7);
    },
  );

  test('learns nothing from a ladder', () => {
    expect(outcome('ladder', attack).final).toBeLessThan(1);
  });

  test('learns nothing about held-back cases', () => {
    const { final, heldBack } = outcome('live, 3 decimals, half of the cases held back', attack);
    expect(final).toBeGreaterThan(4);
    expect(Math.abs(heldBack!)).toBeLessThan(1.5);
  });

  test('has only the luck of 1,000 guesses where nothing is shown, and of one where the latest counts', () => {
    // The expected maximum of 1,000 independent guesses is 3.2.
    expect(outcome('sealed, the best submission counts', attack).final).toBeLessThan(4.5);
    expect(outcome('sealed, the latest submission counts', attack).final).toBeLessThan(1.5);
  });
});

test('the documentation has the result for each rule', () => {
  const page = readFileSync(
    join(import.meta.dirname, '../../../../../docs/organizers/what-scores-show.md'),
    'utf8',
  );
  for (const { name } of RULES) expect(page).toMatch(new RegExp(`^\\| ${name} \\| −?\\d`, 'm'));
});
