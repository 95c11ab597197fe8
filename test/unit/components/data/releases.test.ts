import { expect, test } from 'vitest';
import { newestVersion } from '#components/data/dataset-list.tsx';
import type { ReleaseView } from '#lib/api/datasets/datasets.ts';
import { HEX64 } from '#test/support/site/scene.ts';

function release(version: string, publishedAt: string | null): ReleaseView {
  const texts = { changelog: '', errata: '', license: 'CC0-1.0', terms: '', termsSha256: HEX64 };
  return { ...texts, version, publishedAt, variants: [] };
}

test('the newest release is the one that was published last, and never a draft', () => {
  const old = release('2.0', '2026-01-01T00:00:00.000Z');
  const corrected = release('1.9.1', '2026-02-01T00:00:00.000Z');
  expect(newestVersion({ releases: [release('3.0', null), old, corrected] })).toBe('1.9.1');
  expect(newestVersion({ releases: [release('3.0', null)] })).toBeNull();
});
