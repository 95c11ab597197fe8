import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { subjectHasher } from '#cli/dataset/subjects/hash-subject.ts';
import { likeness, subjectHashSchema } from '#lib/domain/test-sets/subjects.ts';

/** Normal deviates from a seed (Box–Muller). */
function deviates(seed: string, length: number): Float32Array {
  const bytes = createHash('shake256', { outputLength: 8 * length })
    .update(seed)
    .digest();
  return Float32Array.from({ length }, (_, i) => {
    const [u, v] = [bytes.readUInt32LE(8 * i), bytes.readUInt32LE(8 * i + 4)].map((x) => (x + 1) / 2 ** 32);
    return Math.sqrt(-2 * Math.log(u!)) * Math.cos(2 * Math.PI * v!);
  });
}

function unit(values: Float32Array): Float32Array {
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

/** Two signatures with about this correlation. */
function pair(r: number, seed: number): [Float32Array, Float32Array] {
  const [a, b] = [unit(deviates(`a${seed}`, 512)), unit(deviates(`b${seed}`, 512))];
  return [a, unit(a.map((value, i) => r * value + Math.sqrt(1 - r * r) * b[i]!))];
}

const key = Buffer.alloc(32, 7);
const { hash, keyId } = subjectHasher(key);
const found = (r: number, pairs: number) =>
  Array.from({ length: pairs }, (_, seed) => {
    const [a, b] = pair(r, seed).map((signature, i) => hash({ digest: `${i}`, signature }));
    return likeness(a!, b!);
  }).filter((like) => like !== null).length;

test('nearly equal scans are found, and others are not', () => {
  expect(found(0.999, 50)).toBe(50);
  expect(found(0.996, 50)).toBeGreaterThanOrEqual(49);
  expect(found(0.95, 100)).toBe(0);
  expect(found(0.8, 100)).toBe(0);
});

test('the same voxels are the same subject, and a scan without structure is only that', () => {
  const a = hash({ digest: 'x', signature: null });
  expect(likeness(a, hash({ digest: 'x', signature: deviates('s', 512) }))).toBe('same');
  expect(likeness(a, hash({ digest: 'y', signature: null }))).toBeNull();
});

test('another key gives hashes that have nothing in common', () => {
  const signature = unit(deviates('s', 512));
  const other = subjectHasher(Buffer.alloc(32, 8));
  const [a, b] = [hash({ digest: 'x', signature }), other.hash({ digest: 'x', signature })];
  expect(subjectHashSchema.parse(a)).toEqual(a);
  expect(likeness(a, b)).toBeNull();
  expect(other.keyId).not.toBe(keyId);
});
