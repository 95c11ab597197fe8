import { expect, test } from 'vitest';
import { archiveProblem } from '#components/submit/check-archive.ts';
import { addSample, type UploadSample, uploadFigures } from '#components/submit/upload-figures.ts';

const MIB = 1024 * 1024;

function upload(...samples: [atMs: number, sentBytes: number][]): UploadSample[] {
  return samples.reduce<UploadSample[]>(
    (kept, [atMs, sentBytes]) => addSample(kept, { atMs, sentBytes }),
    [],
  );
}

test('rate and time left come from the last five seconds', () => {
  // Slow at first, then 2,000 B in 4 s: 500 B/s; 2,900 B are left: 5.8 s.
  const figures = uploadFigures(upload([0, 0], [10_000, 100], [14_000, 2100]), 5000);
  expect(figures).toEqual({ sentBytes: 2100, totalBytes: 5000, bytesPerSecond: 500, leftMs: 5800 });
});

test('there is no rate before two samples, and no time left while the upload stalls', () => {
  expect(uploadFigures(upload([0, 0]), 100)).toMatchObject({ bytesPerSecond: null, leftMs: null });
  expect(uploadFigures(upload([0, 50], [60_000, 50]), 100)).toMatchObject({
    bytesPerSecond: 0,
    leftMs: null,
  });
});

test('an archive is refused before the upload if its name or size is wrong', () => {
  const limitMib = 10;
  for (const name of ['image.tar', 'image.tar.gz', 'IMAGE.TGZ', 'image.tar.zst']) {
    expect(archiveProblem({ name, size: 10 * MIB }, 'image', limitMib), name).toBeNull();
  }
  expect(archiveProblem({ name: 'image.tar', size: 0 }, 'image', limitMib)).toMatch(/empty/);
  expect(archiveProblem({ name: 'image.tar', size: 10 * MIB + 1 }, 'image', limitMib)).toMatch(
    /at most 10 MiB/,
  );
  expect(archiveProblem({ name: 'image.zip', size: 5 }, 'image', limitMib)).toMatch(/docker save/);
  expect(archiveProblem({ name: 'weights.pt', size: 5 }, 'model', limitMib)).toMatch(/tar -czf/);
});

test('an earlier upload is checked only by size, because another phase may allow less', () => {
  const sent = { id: 'a', fileName: 'image', bytes: 10 * MIB, sha256: 'ab', uploadedAt: '', algorithm: null };
  expect(archiveProblem(sent, 'image', 10)).toBeNull();
  expect(archiveProblem(sent, 'image', 9)).toMatch(/at most 9 MiB/);
});
