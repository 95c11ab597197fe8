import { expect, test } from 'vitest';
import { UploadsInFlight } from '#lib/site/submissions/uploads-in-flight.ts';

test('an upload counts for its team and kind until it succeeds or fails', async () => {
  const uploads = new UploadsInFlight();
  const others = (team: string, kind: 'image' | 'model') =>
    uploads.during(team, kind, async (countOthers) => countOthers());
  let cut = () => {};
  const first = uploads.during(
    'ada',
    'image',
    () =>
      new Promise((_, reject) => {
        cut = () => reject(new Error('cut'));
      }),
  );
  expect(await Promise.all([others('ada', 'image'), others('ada', 'model'), others('bob', 'image')])).toEqual(
    [1, 0, 0],
  );
  cut();
  await expect(first).rejects.toThrow('cut');
  expect(await others('ada', 'image')).toBe(0);
});
