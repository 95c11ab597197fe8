import { expect, test } from 'vitest';
import { ALL_SETTINGS } from '#lib/domain/phases/rules.ts';
import { phaseSettingsPage } from '#scripts/docs/phase-settings.ts';

test('the reference of phase settings has a row for every setting, and no cell that is a page of its own', () => {
  const rows = phaseSettingsPage().split('\n');
  for (const [name] of ALL_SETTINGS) {
    expect(rows.filter((row) => row.startsWith(`| \`${name}\` |`))).toHaveLength(1);
  }
  for (const row of rows) expect(row.length).toBeLessThan(300);
});
