import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { packParts, unpackParts } from '#runner/secrets/parts.ts';

const PARTS = [
  { slug: 't1-brain-mri', ending: '.nii.gz', bytes: Buffer.from('scan') },
  { slug: 'empty', ending: '.csv', bytes: Buffer.alloc(0) },
  { slug: 'block', ending: '.json', bytes: Buffer.alloc(512, 'a') },
];

test('parts come back with their slugs and endings', () => {
  expect(unpackParts(packParts(PARTS))).toEqual(PARTS);
  expect(unpackParts(packParts([]))).toEqual([]);
});

test('tar reads them', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'heldout-parts-'));
  writeFileSync(path.join(folder, 'parts.tar'), packParts(PARTS));
  execFileSync('tar', ['xf', 'parts.tar'], { cwd: folder });
  for (const { slug, ending, bytes } of PARTS)
    expect(readFileSync(path.join(folder, `${slug}${ending}`))).toEqual(bytes);
  rmSync(folder, { recursive: true });
});

test('a damaged archive is refused', () => {
  expect(() => unpackParts(packParts(PARTS).subarray(0, 700))).toThrow('truncated');
});
