import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { readVolume } from '#runner/imaging/read.ts';
import { rewriteImage } from '#runner/imaging/rewrite.ts';
import { seeded } from '#test/bench/lesion-masks.ts';
import { mutant } from '#test/fuzz/mutate.ts';
import PICTURES from '#test/support/imaging/pictures.json' with { type: 'json' };

type Name = keyof typeof PICTURES;
const file = (name: Name) => Buffer.from(PICTURES[name], 'base64');
const SECRET = 'Patient R001^Doe';

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** The same picture with text, a time and EXIF before its pixels, and a text behind its end. */
function withSecrets(png: Buffer): Buffer {
  const afterHeader = 8 + 25;
  return Buffer.concat([
    png.subarray(0, afterHeader),
    chunk('tEXt', Buffer.from(`Comment\0${SECRET}`)),
    chunk('eXIf', Buffer.from(SECRET)),
    chunk('tIME', Buffer.alloc(7)),
    png.subarray(afterHeader),
    Buffer.from(SECRET),
  ]);
}

/** Puts the first page behind text that no tag names, and adds a description to it. Little-endian files only. */
function withDescription(tiff: Buffer): Buffer {
  const at = tiff.readUInt32LE(4);
  const count = tiff.readUInt16LE(at);
  const text = Buffer.from(`${SECRET}\0`);
  const entry = Buffer.alloc(12);
  entry.writeUInt16LE(270, 0);
  entry.writeUInt16LE(2, 2);
  entry.writeUInt32LE(text.length, 4);
  entry.writeUInt32LE(tiff.length, 8);
  const entries = Array.from({ length: count }, (_, i) => tiff.subarray(at + 2 + i * 12, at + 14 + i * 12));
  const sorted = [...entries, entry].sort((a, b) => a.readUInt16LE(0) - b.readUInt16LE(0));
  const page = Buffer.concat([Buffer.from([count + 1, 0]), ...sorted, Buffer.alloc(4)]);
  const padding = Buffer.alloc((tiff.length + text.length) % 2);
  const head = Buffer.from(tiff.subarray(0, 8));
  head.writeUInt32LE(tiff.length + text.length + padding.length, 4);
  return Buffer.concat([head, tiff.subarray(8), text, padding, page]);
}

describe('a picture that is rewritten', () => {
  const readable = ['png gray8', 'png gray16', 'png bit', 'png palette', 'tif raw8', 'tif palette'] as const;
  const coded = [
    'tif pil deflate16',
    'tif pil packbits8',
    'tif lzw16 strips',
    'tif deflate8 tiles',
    'tif lzw16 tiles big-endian predictor',
    'tif raw16 big-endian',
    'tif float32',
  ] as const;

  test.each([...readable, ...coded])('%s keeps its pixels', (name) => {
    const before = readVolume(file(name));
    const after = readVolume(rewriteImage(file(name), name.startsWith('png') ? 'png' : 'tif'));
    expect(after).toEqual(before);
  });

  test.each(['png rgb', 'png rgba', 'png la', 'png gray8'] as const)('%s loses its text', (name) => {
    const secret = withSecrets(file(name));
    const rewritten = Buffer.from(rewriteImage(secret, 'png'));
    expect(rewritten.includes(SECRET)).toBe(false);
    expect(rewritten.includes('tIME')).toBe(false);
    expect(rewritten).toEqual(Buffer.from(rewriteImage(file(name), 'png')));
  });

  test.each(['tif raw8', 'tif pil lzw8', 'tif rgb'] as const)('%s loses its description', (name) => {
    const secret = withDescription(file(name));
    expect(secret.includes(SECRET)).toBe(true);
    const rewritten = Buffer.from(rewriteImage(secret, 'tif'));
    expect(rewritten.includes(SECRET)).toBe(false);
    expect(rewritten).toEqual(Buffer.from(rewriteImage(file(name), 'tif')));
  });

  test('all pages of a TIFF are kept', () => {
    const rewritten = Buffer.from(rewriteImage(file('tif pages'), 'tif'));
    let [at, pages] = [rewritten.readUInt32LE(4), 0];
    for (; at !== 0; pages++) at = rewritten.readUInt32LE(at + 2 + 12 * rewritten.readUInt16LE(at));
    expect(pages).toBe(2);
  });

  test('is refused in words if it is another format, damaged or a BigTIFF', () => {
    expect(() => rewriteImage(file('tif raw8'), 'png')).toThrow(/is no \.png picture/);
    expect(() => rewriteImage(file('png gray8').subarray(0, 60), 'png')).toThrow(/truncated/);
    expect(() => rewriteImage(file('tif raw8').subarray(0, 200), 'tif')).toThrow(/truncated/);
    expect(() => rewriteImage(file('tif big'), 'tif')).toThrow(/BigTIFF/);
  });

  test('whatever its bytes, the answer is a picture or a sentence', () => {
    const random = seeded(7);
    for (let round = 0; round < 400; round++) {
      for (const [name, format] of [
        ['png palette', 'png'],
        ['tif deflate8 tiles', 'tif'],
      ] as const) {
        try {
          expect(rewriteImage(mutant(file(name), random), format).length).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(SubmissionError);
        }
      }
    }
  });
});
