import { describe, expect, test } from 'vitest';
import { tarEnd, tarFileHeader, tarPadding } from '#lib/platform/archives/tar-writer.ts';
import { type TarEntry, TarReader } from '#runner/sandbox/archive/tar-reader.ts';
import { gnuLongName, paxHeader, type RawEntry, rawTar } from '#test/support/images/archive.ts';

interface ReadEntry extends TarEntry {
  content: string;
}

/** Feeds the reader in pieces of `step` bytes, as a stream would. */
function read(tar: Buffer, step = 1000): ReadEntry[] {
  const entries: ReadEntry[] = [];
  const reader = new TarReader({
    onEntry: (entry) => entries.push({ ...entry, content: '' }),
    onData: (chunk) => {
      entries.at(-1)!.content += chunk.toString('latin1');
    },
    onEntryEnd: () => undefined,
  });
  for (let at = 0; at < tar.length; at += step) reader.write(tar.subarray(at, at + step));
  reader.end();
  return entries;
}

const names = (entries: RawEntry[]) => read(rawTar(entries)).map(({ name }) => name);
const refusal = (entries: RawEntry[], end?: Buffer<ArrayBuffer>) => () => read(rawTar(entries, end));

describe('names and content are read as the engine reads them', () => {
  test('content is complete, whatever the size of the chunks', () => {
    const tar = rawTar([
      { name: 'a', content: 'x'.repeat(1300) },
      { name: 'empty' },
      { name: 'b', content: 'y' },
    ]);
    for (const step of [1, 7, 512, 513, 100_000]) {
      expect(read(tar, step).map(({ name, content }) => [name, content.length])).toEqual([
        ['a', 1300],
        ['empty', 0],
        ['b', 1],
      ]);
    }
  });

  test('a GNU long name and a PAX path each replace the header’s name for one entry', () => {
    const long = `${'d/'.repeat(80)}file`;
    expect(names([gnuLongName(long), { name: 'short' }, { name: 'next' }])).toEqual([long, 'next']);
    expect(names([paxHeader({ path: long }), { name: 'short' }, { name: 'next' }])).toEqual([long, 'next']);
  });

  test('a ustar prefix is prepended to the name', () => {
    expect(names([{ name: 'file', edit: (header) => header.write('some/folder', 345) }])).toEqual([
      'some/folder/file',
    ]);
  });

  test('a PAX size takes precedence over the header’s', () => {
    const content = 'z'.repeat(700);
    const [entry] = read(rawTar([paxHeader({ size: '700' }), { name: 'a', content, size: 0 }]));
    expect(entry).toMatchObject({ size: 700, content });
  });

  test('GNU headers with and without times are read, and attributes of programs are accepted', () => {
    const edit = (header: Buffer) => header.write('ustar  \0', 257, 'latin1');
    const gnu = (header: Buffer) => {
      header.write('ustar  \0', 257, 'latin1');
      header.write('14531234567\x0014531234567\0', 345, 'latin1');
    };
    const capability = paxHeader({ 'SCHILY.xattr.security.capability': 'x' });
    expect(names([{ name: 'a', edit }, { name: 'b', edit: gnu }, capability, { name: 'c' }])).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  test('links and folders have no content, whatever their header’s size', () => {
    expect(names([{ name: 'a', flag: '1', linkName: 'b', size: 4096 }, { name: 'b' }])).toEqual(['a', 'b']);
  });

  test('an archive without its two closing blocks is complete; one that ends inside an entry is not', () => {
    expect(read(rawTar([{ name: 'a', content: 'x' }], Buffer.alloc(0)))).toHaveLength(1);
    const cut = rawTar([{ name: 'a', content: 'x'.repeat(2000) }]).subarray(0, 1500);
    expect(() => read(cut)).toThrow('truncated');
  });

  test('sizes above 8 GiB are written and read in base 256', () => {
    const size = 9 * 2 ** 30;
    const seen: number[] = [];
    const reader = new TarReader({
      onEntry: (entry) => seen.push(entry.size),
      onData: () => {},
      onEntryEnd: () => {},
    });
    reader.write(tarFileHeader('large', size));
    expect(seen).toEqual([size]);
  });

  test('the reader reads what the writer writes', () => {
    const content = Buffer.from('hello');
    const tar = Buffer.concat([tarFileHeader('a.json', 5), content, tarPadding(5), tarEnd()]);
    expect(tar.length % 512).toBe(0);
    expect(read(tar)).toMatchObject([{ name: 'a.json', type: 'file', size: 5, content: 'hello' }]);
  });
});

describe('ambiguous archives are rejected', () => {
  test.each<[string, RawEntry[], string]>([
    [
      'two long names',
      [gnuLongName('a'), paxHeader({ path: 'b' }), { name: 'c' }],
      'two different long names',
    ],
    [
      'two PAX headers',
      [paxHeader({ path: 'a' }), paxHeader({ path: 'b' }), { name: 'c' }],
      'two PAX headers',
    ],
    ['a global path', [paxHeader({ path: 'a' }, 'g'), { name: 'c' }], 'in a global header'],
    [
      'a global header after a long name, which Go then drops',
      [gnuLongName('harmless'), paxHeader({ comment: 'x' }, 'g'), { name: 'etc/passwd' }],
      'between the long name of an entry and the entry itself',
    ],
    [
      'invalid times in a GNU header, which Go reads as the start of the name',
      [
        {
          name: 'passwd',
          edit(header) {
            header.write('ustar  \0', 257, 'latin1');
            header.write('etc', 345);
          },
        },
      ],
      'an invalid number',
    ],
    ['an invalid mode', [{ name: 'a', edit: (header) => header.write('rwxr-xr', 100) }], 'an invalid number'],
    [
      'an attribute that an overlay file system acts on',
      [paxHeader({ 'SCHILY.xattr.trusted.overlay.redirect': '/etc' }), { name: 'x/', flag: '5' }],
      'an attribute that is reserved for the system',
    ],
    ['a GNU sparse file', [{ name: 'a', flag: 'S' }], 'sparse'],
    ['a PAX sparse file', [paxHeader({ 'GNU.sparse.major': '1' }), { name: 'a' }], 'sparse'],
    ['an unknown type', [{ name: 'a', flag: 'Z' }], 'unknown type "Z"'],
    ['a negative size', [{ name: 'a', edit: (header) => header.fill(0xff, 124, 136) }], 'negative size'],
    ['a NUL in a PAX path', [paxHeader({ path: 'a\0b' }), { name: 'c' }], 'NUL'],
    ['a path of 5,000 bytes', [gnuLongName('x'.repeat(5000)), { name: 'c' }], '5000 bytes'],
    ['a header without an entry', [paxHeader({ path: 'a' })], 'has no entry'],
    ['an entry without a name', [{ name: '', content: 'x' }], 'without a name'],
    [
      'a PAX record with a wrong length',
      [{ name: 'pax', flag: 'x', content: '99 path=a\n' }, { name: 'c' }],
      'malformed PAX',
    ],
  ])('%s', (_, entries, message) => {
    expect(refusal(entries)).toThrow(message);
  });

  test('data after the end is rejected', () => {
    const end = Buffer.concat([Buffer.alloc(1024), rawTar([{ name: 'hidden', content: 'x' }])]);
    expect(refusal([{ name: 'a' }], end)).toThrow('after its end');
  });

  test('a long name that announces gigabytes is rejected at its header, before anything is buffered', () => {
    expect(refusal([{ name: '././@LongLink', flag: 'L', size: 4 * 2 ** 30 }])).toThrow('larger than 1 MiB');
  });

  test('a header that was changed after its checksum was computed is rejected', () => {
    const tar = rawTar([{ name: 'a', content: 'x' }]);
    tar.write('b', 0);
    expect(() => read(tar)).toThrow('wrong checksum');
  });
});
