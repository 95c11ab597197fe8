import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { icoOf } from '#scripts/icons/ico.ts';

/** The entries of an ICO file's directory with the bytes that each refers to. */
function entriesOf(ico: Buffer) {
  return Array.from({ length: ico.readUInt16LE(4) }, (_, index) => {
    const entry = 6 + 16 * index;
    const [length, offset] = [ico.readUInt32LE(entry + 8), ico.readUInt32LE(entry + 12)];
    return { size: ico.readUInt8(entry), content: ico.subarray(offset, offset + length) };
  });
}

test('an ICO file’s directory refers to each picture', () => {
  const images = [
    { size: 16, png: Buffer.from('small') },
    { size: 32, png: Buffer.from('larger one') },
  ];
  const ico = icoOf(images);
  expect([ico.readUInt16LE(0), ico.readUInt16LE(2)]).toEqual([0, 1]);
  expect(entriesOf(ico)).toEqual(images.map(({ size, png }) => ({ size, content: png })));
});

test('public/favicon.ico contains PNG pictures of the sizes in its directory', () => {
  const ico = readFileSync(new URL('../../../public/favicon.ico', import.meta.url));
  const sizes = entriesOf(ico).map(({ size, content }) => {
    expect(content.subarray(1, 4).toString()).toBe('PNG');
    expect(content.readUInt32BE(16)).toBe(size);
    return size;
  });
  expect(sizes).toEqual([16, 32, 48]);
});
