import { describe, expect, test } from 'vitest';
import { type TarEntry, TarReader } from '#runner/sandbox/archive/tar-reader.ts';
import { tarEnd, tarFileHeader, tarPadding } from '#runner/sandbox/archive/tar-writer.ts';
import { gnuLongName, paxHeader, type RawEntry, rawTar } from '#test/support/images/archive.ts';

interface ReadEntry extends TarEntry {
  content: string;
}

/** Fed in pieces of `step` bytes, as a stream would. */
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
  test('content arrives whole, whatever the pieces are that it comes in', () => {
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

  test('a GNU long name and a PAX path each replace the header’s name, for one entry', () => {
    const long = `${'d/'.repeat(80)}file`;
    expect(names([gnuLongName(long), { name: 'short' }, { name: 'next' }])).toEqual([long, 'next']);
    expect(names([paxHeader({ path: long }), { name: 'short' }, { name: 'next' }])).toEqual([long, 'next']);
  });

  test('a ustar prefix is put in front of the name', () => {
    expect(names([{ name: 'file', edit: (header) => header.write('some/folder', 345) }])).toEqual([
      'some/folder/file',
    ]);
  });

  test('a PAX size counts more than the header’s', () => {
    const content = 'z'.repeat(700);
    const [entry] = read(rawTar([paxHeader({ size: '700' }), { name: 'a', content, size: 0 }]));
    expect(entry).toMatchObject({ size: 700, content });
  });

  test('GNU’s own header, with times or without, and attributes of programs are read', () => {
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

  test('links and folders have no content, whatever size they announce', () => {
    expect(names([{ name: 'a', flag: '1', linkName: 'b', size: 4096 }, { name: 'b' }])).toEqual(['a', 'b']);
  });

  test('an archive without its two closing blocks is whole; one that ends in an entry is not', () => {
    expect(read(rawTar([{ name: 'a', content: 'x' }], Buffer.alloc(0)))).toHaveLength(1);
    const cut = rawTar([{ name: 'a', content: 'x'.repeat(2000) }]).subarray(0, 1500);
    expect(() => read(cut)).toThrow('cut off');
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

  test('what the writer writes, the reader reads', () => {
    const content = Buffer.from('hello');
    const tar = Buffer.concat([tarFileHeader('a.json', 5), content, tarPadding(5), tarEnd()]);
    expect(tar.length % 512).toBe(0);
    expect(read(tar)).toMatchObject([{ name: 'a.json', type: 'file', size: 5, content: 'hello' }]);
  });
});

describe('what two readers could read in two ways is refused', () => {
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
    ['a global path', [paxHeader({ path: 'a' }, 'g'), { name: 'c' }], 'for all entries at once'],
    [
      'something for all entries behind a long name, which Go then forgets',
      [gnuLongName('harmless'), paxHeader({ comment: 'x' }, 'g'), { name: 'etc/passwd' }],
      'between an entry and its name',
    ],
    [
      'times in a GNU header that are none, which Go takes for the beginning of the name',
      [
        {
          name: 'passwd',
          edit(header) {
            header.write('ustar  \0', 257, 'latin1');
            header.write('etc', 345);
          },
        },
      ],
      'a number that is none',
    ],
    [
      'a mode that is none',
      [{ name: 'a', edit: (header) => header.write('rwxr-xr', 100) }],
      'a number that is none',
    ],
    [
      'an attribute by which a file system says what hides what',
      [paxHeader({ 'SCHILY.xattr.trusted.overlay.redirect': '/etc' }), { name: 'x/', flag: '5' }],
      'an attribute that only the system may',
    ],
    ['a GNU sparse file', [{ name: 'a', flag: 'S' }], 'sparse'],
    ['a PAX sparse file', [paxHeader({ 'GNU.sparse.major': '1' }), { name: 'a' }], 'sparse'],
    ['an unknown type', [{ name: 'a', flag: 'Z' }], 'unknown type "Z"'],
    ['a negative size', [{ name: 'a', edit: (header) => header.fill(0xff, 124, 136) }], 'negative size'],
    ['a NUL in a PAX path', [paxHeader({ path: 'a\0b' }), { name: 'c' }], 'NUL'],
    ['a path of 5,000 bytes', [gnuLongName('x'.repeat(5000)), { name: 'c' }], '5000 bytes'],
    ['a header without an entry', [paxHeader({ path: 'a' })], 'belongs to no entry'],
    ['an entry without a name', [{ name: '', content: 'x' }], 'without a name'],
    [
      'a PAX record with a wrong length',
      [{ name: 'pax', flag: 'x', content: '99 path=a\n' }, { name: 'c' }],
      'broken PAX',
    ],
  ])('%s', (_, entries, message) => {
    expect(refusal(entries)).toThrow(message);
  });

  test('data behind the end', () => {
    const end = Buffer.concat([Buffer.alloc(1024), rawTar([{ name: 'hidden', content: 'x' }])]);
    expect(refusal([{ name: 'a' }], end)).toThrow('behind its end');
  });

  test('a long name that announces gigabytes is refused by its header, before anything is held', () => {
    expect(refusal([{ name: '././@LongLink', flag: 'L', size: 4 * 2 ** 30 }])).toThrow('more than 1 MiB');
  });

  test('a header that was changed after its checksum', () => {
    const tar = rawTar([{ name: 'a', content: 'x' }]);
    tar.write('b', 0);
    expect(() => read(tar)).toThrow('wrong checksum');
  });
});
