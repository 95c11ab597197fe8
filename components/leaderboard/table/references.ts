import { decimalsShown } from '#components/format/metric-labels.ts';
import { formatScore } from '#components/format/quantity.ts';
import type { LeaderboardView } from '#lib/api/leaderboards/leaderboards.ts';
import { placeLabels, type Reference, type ReferenceLabel } from '#lib/domain/statistics/reference-labels.ts';
import { onAxis } from './whisker.tsx';

type Referenced = Pick<LeaderboardView, 'baselines' | 'axis' | 'metrics' | 'decimals'>;

/** Labels are placed as on the narrowest axis, of a tablet. */
const AXIS_PX = 150;
const CHARACTER_PX = 5.9;
const GAP_PX = 8;

/** The baselines as lines on the axis of the primary metric. */
export function referencesOf({ baselines, axis }: Referenced): ReferenceLabel[] {
  const references = baselines.flatMap(({ name, scores }) => {
    const value = scores[0]?.value ?? null;
    return value === null ? [] : [{ name, value }];
  });
  return placeLabels(
    references,
    (value) => onAxis(axis, value) / 100,
    (text) => (text.length * CHARACTER_PX + GAP_PX) / AXIS_PX,
  );
}

/** "0.530 (3D U-Net) and 0.205 (threshold)" */
export function spokenReferences(
  references: readonly Reference[],
  { metrics, decimals }: Referenced,
): string {
  const places = decimalsShown(metrics[0]!, decimals);
  const list = new Intl.ListFormat('en', { type: 'conjunction' });
  return list.format(references.map(({ name, value }) => `${formatScore(value, places)} (${name})`));
}
