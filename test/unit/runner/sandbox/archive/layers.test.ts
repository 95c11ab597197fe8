import { describe, expect, test } from 'vitest';
import {
  gnuLongName,
  PROGRAM,
  paxHeader,
  type RawEntry,
  rawTar,
  sha256,
} from '#test/support/images/archive.ts';
import { entriesOf, loadedLayers, openPreparation, save } from '#test/support/images/prepare.ts';

const { prepare, refusal } = openPreparation();

const BASE = rawTar([{ name: 'bin/sh', content: '#!' }]);
const FILE: RawEntry = { name: 'opt/model', content: 'x'.repeat(700) };

/** The loaded form of a layer above `BASE`. */
async function loaded(entries: readonly RawEntry[]): Promise<Buffer> {
  const { engine } = await prepare(save({ layers: [BASE, rawTar(entries)] }));
  const [, base, layer] = loadedLayers(engine);
  expect(base).toEqual(BASE);
  return layer!;
}

async function messageOf(...entries: RawEntry[]): Promise<string> {
  const { code, message } = await refusal(save({ layers: [BASE, rawTar(entries)] }));
  expect(code).toBe('IMAGE_INVALID');
  return message;
}

describe('what no container needs is left out, and the rest of the layer stays byte for byte', () => {
  test.each<[string, RawEntry[]]>([
    [
      'device nodes and everything else below /dev',
      [
        { name: 'dev/null', flag: '3' },
        { name: './dev/sda', flag: '4' },
        { name: 'dev/pts/', flag: '5' },
        { name: 'dev/fd', flag: '2', linkName: '/proc/self/fd' },
        { name: 'dev/core', flag: '1', linkName: 'dev/null' },
        { name: 'dev/initctl', flag: '6' },
        { name: 'dev/README', content: 'not needed' },
        { name: 'dev/.wh.mem' },
      ],
    ],
    ['a device node below a link to /dev in the same layer', [{ name: 'devices/null', flag: '3' }]],
    [
      'what AUFS left: its markers, its folders and what is in them',
      [
        { name: '.wh..wh.aufs' },
        { name: '.wh..wh.orph/', flag: '5' },
        { name: './.wh..wh.plnk/', flag: '5' },
        { name: '.wh..wh.plnk/12.34', content: 'pseudo link' },
        { name: 'var/lib/docker/aufs/.wh..wh.aufs' },
      ],
    ],
    [
      'an entry with a long name, together with the headers of the name',
      [gnuLongName(`dev/${'n'.repeat(200)}`), { name: 'short', content: 'x'.repeat(600) }],
    ],
    [
      'an entry with a PAX header',
      [paxHeader({ path: `dev/${'p'.repeat(200)}` }), { name: 'short', flag: '3' }],
    ],
  ])('%s', async (_, leftOut) => {
    const before: RawEntry[] = [
      { name: 'devices', flag: '2', linkName: '/dev' },
      { name: 'dev/', flag: '5' },
    ];
    const after: RawEntry[] = [FILE, { name: 'var/.wh..wh..opq' }, { name: 'var/.wh.old' }];
    expect(await loaded([...before, ...leftOut, ...after])).toEqual(rawTar([...before, ...after]));
  });

  test('at the start, between files and at the end of a layer of several megabytes', async () => {
    const device = (name: string): RawEntry => ({ name: `dev/${name}`, flag: '3' });
    const large = (name: string, size: number): RawEntry => ({ name, content: Buffer.alloc(size, name) });
    const files = [large('a', 2 ** 20 - 512), large('b', 3 * 2 ** 20 + 1), large('c', 513)];
    const [a, b, c] = files;
    const mixed = [device('0'), a!, device('1'), device('2'), b!, large('dev/shm', 2 ** 21), c!, device('3')];
    expect((await loaded(mixed)).equals(rawTar(files))).toBe(true);
  });

  test('a global header in front of such an entry stays, because it belongs to no entry', async () => {
    const header = paxHeader({ comment: 'x' }, 'g');
    expect(await loaded([header, { name: 'dev/null', flag: '3' }, FILE])).toEqual(rawTar([header, FILE]));
  });

  test('a layer of nothing else becomes an empty one', async () => {
    expect(await loaded([{ name: 'dev/null', flag: '3' }])).toEqual(rawTar([]));
  });

  test('the image’s ID follows from what is loaded, so both images are the same one', async () => {
    const withDevices = { layers: [BASE, rawTar([{ name: 'dev/null', flag: '3' }, FILE])] };
    const { image, engine } = await prepare(save(withDevices));
    const plain = await prepare(save({ layers: [BASE, rawTar([FILE])] }), engine);
    expect(plain.image.id).toBe(image.id);
    expect(engine.loads).toHaveLength(1);
    const [files] = engine.loads;
    const [{ Config }] = JSON.parse(String(files!.get('manifest.json')));
    const { rootfs } = JSON.parse(String(files!.get(Config)));
    expect(rootfs.diff_ids).toEqual(loadedLayers(engine).map((layer) => `sha256:${sha256(layer)}`));
  });

  test('the layer’s own checksum is still compared with the config', async () => {
    const layer = rawTar([{ name: 'dev/null', flag: '3' }, FILE]);
    const diffIds = [`sha256:${sha256(rawTar([FILE]))}`];
    expect((await refusal(save({ layers: [layer], diffIds }))).message).toContain('does not match');
  });

  test.each<[string, RawEntry[], string]>([
    ['a block device', [{ name: 'sda', flag: '4' }], 'a device node outside /dev ("sda")'],
    ['a character device', [{ name: 'devices/mem', flag: '3' }], 'a device node outside /dev'],
    ['/dev as a device', [{ name: 'dev', flag: '3' }], 'a device node outside /dev ("dev")'],
    [
      'a device below a /dev that leads elsewhere',
      [
        { name: 'dev', flag: '2', linkName: 'opt' },
        { name: 'dev/sda', flag: '4' },
      ],
      'a device node outside /dev ("dev/sda")',
    ],
    [
      'another name of a device below /dev',
      [
        { name: 'dev/sda', flag: '4' },
        { name: 'disk', flag: '1', linkName: 'dev/sda' },
      ],
      'a hard link ("disk") to a file that is left out',
    ],
    [
      'another name of a device below a link to /dev',
      [
        { name: 'd', flag: '2', linkName: '/dev' },
        { name: 'dev/sda', flag: '4' },
        { name: 'disk', flag: '1', linkName: 'd/sda' },
      ],
      'a hard link ("disk") to a file that is left out',
    ],
    [
      'a file that AUFS kept elsewhere',
      [{ name: 'file', flag: '1', linkName: '.wh..wh.plnk/12.34' }],
      'a hard link ("file") to a file that is left out',
    ],
    [
      'an opaque marker that is a link',
      [{ name: '.wh..wh..opq', flag: '2', linkName: '/' }],
      'malformed whiteout',
    ],
    ['an opaque marker that is a folder', [{ name: '.wh..wh..opq/x', content: 'x' }], 'malformed whiteout'],
    [
      'a name below /dev that leaves the root',
      [{ name: 'dev/../../x', flag: '3' }],
      'whose name leaves the root',
    ],
  ])('%s is refused', async (_, entries, message) => {
    expect(await messageOf(...entries)).toContain(message);
  });
});

describe('entries below a link of the same layer', () => {
  const USR: RawEntry[] = [
    { name: 'usr/lib/', flag: '5' },
    { name: 'lib', flag: '2', linkName: 'usr/lib' },
    { name: 'lib64', flag: '2', linkName: '/usr/lib' },
    { name: 'lib32', flag: '1', linkName: 'lib' },
  ];

  test('are accepted and loaded unchanged: the engine follows the link inside the layer', async () => {
    const entries: RawEntry[] = [
      ...USR,
      { name: './lib/libc.so', content: 'x' },
      { name: 'lib64/ld.so', content: 'x' },
      { name: 'lib32/old.so', content: 'x' },
      { name: 'lib/.wh.gone' },
      { name: 'usr/share/doc/', flag: '5' },
      { name: 'usr/lib/up', flag: '2', linkName: '../share' },
      { name: 'lib/up/doc/readme', content: 'x' },
    ];
    expect(await loaded(entries)).toEqual(rawTar(entries));
  });

  test.each<[string, RawEntry[], string]>([
    [
      'a link that climbs out of the root',
      [
        { name: 'a', flag: '2', linkName: '../../etc' },
        { name: 'a/cron.d/x', content: 'x' },
      ],
      'below "a", a link out of the root',
    ],
    [
      'one that climbs out further on',
      [
        { name: 'a/b', flag: '2', linkName: '/a/../../root' },
        { name: 'a/b/.ssh/authorized_keys', content: 'x' },
      ],
      'below "a/b", a link out of the root',
    ],
    [
      'one that climbs out through another link',
      [
        { name: 'x/y/up', flag: '2', linkName: '../../..' },
        { name: 'a', flag: '2', linkName: 'x/y/up/host' },
        { name: 'a/file', content: 'x' },
      ],
      'below "a", a link out of the root',
    ],
    [
      'a hard link to a link that climbs out',
      [
        { name: 'deep/down/a', flag: '2', linkName: '../..' },
        { name: 'b', flag: '1', linkName: 'deep/down/a' },
        { name: 'b/file', content: 'x' },
      ],
      'below "b", a link out of the root',
    ],
    [
      'a link to itself',
      [
        { name: 'a', flag: '2', linkName: 'a' },
        { name: 'a/file', content: 'x' },
      ],
      'a link that leads in a circle',
    ],
    [
      'two links that lead to each other',
      [
        { name: 'a', flag: '2', linkName: 'b/c' },
        { name: 'b', flag: '2', linkName: '/a' },
        { name: 'a/file', content: 'x' },
      ],
      'a link that leads in a circle',
    ],
    [
      'a name that leaves the root through a link',
      [
        { name: 'a', flag: '2', linkName: 'usr/lib' },
        { name: 'a/../../x', content: 'x' },
      ],
      'whose name leaves the root',
    ],
    [
      'a hard link whose target is below a link out of the root',
      [
        { name: 'a', flag: '2', linkName: '..' },
        { name: 'b', flag: '1', linkName: 'a/etc/shadow' },
      ],
      'below "a", a link out of the root',
    ],
  ])('are refused: %s', async (_, entries, message) => {
    expect(await messageOf(...entries)).toContain(message);
  });

  test('a folder that replaces the link ends it', async () => {
    const entries: RawEntry[] = [
      { name: 'a', flag: '2', linkName: '../..' },
      { name: 'a/', flag: '5' },
      { name: 'a/file', content: 'x' },
    ];
    expect(await loaded(entries)).toEqual(rawTar(entries));
  });

  test('links that lead through thousands of folders are refused before they take long', async () => {
    const far = 'd/'.repeat(1900);
    const entries: RawEntry[] = ['a', 'b'].flatMap((name) => [
      paxHeader({ linkpath: far }),
      { name, flag: '2' },
    ]);
    for (let n = 0; n < 1000; n += 1) entries.push({ name: `a/${n}` }, { name: `b/${n}` });
    const startedAt = performance.now();
    expect(await messageOf(...entries)).toContain('longer paths than any real image');
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });
});

describe('names and whiteouts', () => {
  test('absolute and parent-relative links, hard links, setuid, whiteouts, long names and pipes are accepted', async () => {
    const entries: RawEntry[] = [
      { name: './usr/bin/', flag: '5' },
      { name: 'usr/bin/su', content: 'x', edit: (header) => header.write('0004755\0', 100) },
      { name: 'usr/bin/su2', flag: '1', linkName: 'usr/bin/su' },
      { name: 'lib', flag: '2', linkName: '/usr/lib' },
      { name: 'etc/mtab', flag: '2', linkName: '../../proc/mounts' },
      { name: 'etc/.wh.old' },
      { name: 'var/.wh..wh..opq' },
      { name: 'run/initctl', flag: '6' },
      { name: '/absolute/name', content: 'x' },
      { name: `${'n'.repeat(99)}`, content: 'x' },
      { name: 'device', content: 'not below /dev' },
    ];
    expect(await loaded(entries)).toEqual(rawTar(entries));
  });

  test.each<[string, RawEntry[], string]>([
    [
      'a name that leaves the root',
      [{ name: '../../etc/cron.d/x', content: 'x' }],
      'whose name leaves the root',
    ],
    [
      'a name that leaves the root and re-enters it',
      [{ name: 'a/../../a', content: 'x' }],
      'whose name leaves the root',
    ],
    [
      'a hard link that leaves the root',
      [{ name: 'a', flag: '1', linkName: '../../etc/shadow' }],
      'hard link that leaves the root',
    ],
    ['a whiteout of its own folder', [{ name: 'etc/.wh..' }], 'malformed whiteout'],
    ['a whiteout of the parent folder', [{ name: 'etc/.wh...' }], 'malformed whiteout'],
    ['a whiteout without a name', [{ name: 'etc/.wh.' }], 'malformed whiteout'],
    ['a folder named like a whiteout', [{ name: '.wh.etc/x', content: 'x' }], 'malformed whiteout'],
    ['a link named like a whiteout', [{ name: '.wh.etc', flag: '2', linkName: '/' }], 'malformed whiteout'],
    [
      'a name of 300 bytes',
      [{ name: 'pax', flag: 'x', content: `311 path=${'n'.repeat(301)}\n` }, { name: 'a' }],
      'longer than 255 bytes',
    ],
  ])('%s is refused', async (_, entries, message) => {
    expect(await messageOf(...entries)).toContain(message);
  });

  test('the message names the layer', async () => {
    expect(await messageOf({ name: 'sda', flag: '4' })).toMatch(/^Layer 2 of 2 contains .*\.$/);
    const { engine } = await prepare(save({ layers: [BASE], config: PROGRAM }));
    expect(entriesOf(loadedLayers(engine)[1]!)).toEqual({ 'file bin/sh': '#!' });
  });
});
