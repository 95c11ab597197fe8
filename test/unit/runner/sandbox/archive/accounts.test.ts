import { describe, expect, test } from 'vitest';
import { PROGRAM, type RawEntry, rawTar } from '#test/support/images/archive.ts';
import { entriesOf, loadedLayers, openPreparation, save } from '#test/support/images/prepare.ts';

const { prepare, refusal } = openPreparation();

const PASSWD = 'root:x:0:0::/:/bin/sh\nmodel:x:4321:8765::/:/bin/sh\nnobody:x:65534:65534::/:\n';
const GROUP = 'root:x:0:\nscans:x:777:\n';
const file = (name: string, content: string): RawEntry => ({ name, content });
const link = (name: string, linkName: string): RawEntry => ({ name, flag: '2', linkName });
const hardLink = (name: string, linkName: string): RawEntry => ({ name, flag: '1', linkName });

const LAYER = rawTar([
  { name: './etc/', flag: '5' },
  file('./etc/passwd', PASSWD),
  file('./etc/group', GROUP),
]);

type Layers = readonly (readonly RawEntry[])[];
const imageOf = (User: string, layers: Layers) =>
  save({ layers: layers.map((entries) => rawTar(entries)), config: { ...PROGRAM, User } });

async function accountOf(User: string, layers: Layers) {
  const { image } = await prepare(imageOf(User, layers));
  const { uid, gid, groups } = image;
  return { uid, gid, groups };
}

/** Returns the files of the uppermost layer, which hide those in lower layers. */
async function uppermostFiles(...layers: Buffer[]): Promise<Record<string, string>> {
  const { engine } = await prepare(save({ layers }));
  return entriesOf(loadedLayers(engine).at(-1)!);
}

describe('the account files that the engine reads as root', () => {
  test('are regular files with the image’s rows and its user', async () => {
    expect(await uppermostFiles(LAYER)).toEqual({
      'directory etc/': '',
      'file etc/passwd': `${PASSWD}heldout:x:1234:1234::/tmp:/bin/sh\n`,
      'file etc/group': `${GROUP}heldout:x:1234:\n`,
    });
    const own = rawTar([file('etc/passwd', 'me:x:1234:7::/:/bin/sh')]);
    expect(await uppermostFiles(own)).toMatchObject({ 'file etc/passwd': 'me:x:1234:7::/:/bin/sh\n' });
  });

  test.each<[string, RawEntry[]]>([
    ['a pipe, on which the engine would block forever', [{ name: 'etc/passwd', flag: '6' }]],
    ['a link to a pipe', [{ name: 'p', flag: '6' }, link('etc/passwd', '/p')]],
    ['a hard link to a pipe', [{ name: 'p', flag: '6' }, hardLink('etc/passwd', 'p')]],
    ['a link to itself', [link('etc/passwd', 'passwd')]],
    ['links in a circle', [link('etc/passwd', '/a'), link('a', 'b'), link('b', 'a')]],
    ['a link out of the root', [link('etc/passwd', '../../../proc/self/environ')]],
    ['a link to a folder', [{ name: 'd/', flag: '5' }, link('etc/passwd', '/d')]],
    ['a folder', [{ name: 'etc/passwd/', flag: '5' }]],
    ['a file that exhausts the engine’s memory', [file('etc/passwd', '::1:1\n'.repeat(200_000))]],
    ['a file with a line too long for the engine', [file('etc/passwd', 'x'.repeat(70_000))]],
    ['/etc as a file', [file('etc', 'x')]],
    ['missing', []],
  ])('are replaced: %s', async (_, entries) => {
    const files = await uppermostFiles(rawTar(entries));
    expect(files['file etc/passwd']).toMatch(
      /^(root:x:0:0::\/:\/bin\/sh\n)?heldout:x:1234:1234::\/tmp:\/bin\/sh\n$/,
    );
    expect(files['file etc/group']).toBe('root:x:0:\nheldout:x:1234:\n');
  });

  test('have no group that is named like the number of another one', async () => {
    const rows = '777:x:0:\n 888:x:0:\nm:x:777:a\n5:x:5:\nx9:x:9:\n';
    const layer = rawTar([file('etc/passwd', 'a:x:1:1::/:\n'), file('etc/group', rows)]);
    const files = await uppermostFiles(layer);
    expect(files['file etc/group']).toBe('m:x:777:a\nx9:x:9:\nheldout:x:1234:\n');
  });
});

describe('the container runs as the image’s own user, but never as root or nobody', () => {
  test.each<[string, number, number]>([
    ['', 10001, 10001],
    ['root', 10001, 10001],
    ['0:777', 10001, 10001],
    ['00', 10001, 10001],
    ['nobody', 10001, 10001],
    ['65534', 10001, 10001],
    ['model', 4321, 8765],
    ['4321', 4321, 8765],
    ['model:scans', 4321, 777],
    ['5000', 5000, 5000],
    ['5000:0', 5000, 5000],
    ['5000:root', 5000, 5000],
    ['5000:65534', 5000, 5000],
    ['5000:6000', 5000, 6000],
  ])('USER %j → %i:%i', async (User, uid, gid) => {
    const { image } = await prepare(save({ layers: [LAYER], config: { ...PROGRAM, User } }));
    expect([image.uid, image.gid, image.groups]).toEqual([uid, gid, []]);
  });

  test('a number is an ID, even if it is also the name of an account', async () => {
    const names = [file('etc/passwd', '1000:x:0:0::/:\n'), file('etc/group', '2000:x:0:\n')];
    expect(await accountOf('1000:2000', [names])).toEqual({ uid: 1000, gid: 2000, groups: [] });
  });

  test.each([
    ['an unknown user name is rejected', 'ghost', 'does not list it'],
    ['an unknown group name is rejected', 'model:ghosts', 'does not list it'],
    ['an ID of more than 31 bits is rejected', '4294967296', 'does not list it'],
  ])('%s', async (_, User, message) => {
    const error = await refusal(save({ layers: [LAYER], config: { ...PROGRAM, User } }));
    expect(error).toMatchObject({ code: 'IMAGE_INVALID', message: expect.stringContaining(message) });
  });

  test('images that run as root get a writable home folder', async () => {
    const rootImage = { layers: [LAYER], config: { Entrypoint: ['/x'] } };
    expect((await prepare(save(rootImage))).image.env).toEqual(['HOME=/tmp']);
    expect((await prepare(save({ layers: [LAYER] }))).image.env).toEqual([]);
  });
});

describe('the user’s supplementary groups', () => {
  const members = (rows: string): Layers => [
    [file('etc/passwd', 'algo:x:1000:1000::/:\nother:x:1001:1001::/:\n'), file('etc/group', rows)],
  ];

  test.each<[string, string, string, number[]]>([
    [
      'every group that lists it, in order',
      'algo',
      'models:x:3000:other,algo\ndata:x:2000:algo\n',
      [2000, 3000],
    ],
    ['also for a numeric user with an entry', '1000', 'models:x:3000:algo\n', [3000]],
    ['none for a numeric user without an entry', '1002', 'models:x:3000:algo,1002\n', []],
    [
      'none if USER names a group, as with the engine',
      'algo:models',
      'models:x:3000:algo\nb:x:2000:algo\n',
      [],
    ],
    ['not root’s, under any name', 'algo', 'root:x:0:algo\nwheel:x:00:algo\nm:x:3000:algo\n', [3000]],
    ['not nobody’s', 'algo', 'nogroup:x:65534:algo\nm:x:3000:algo\n', [3000]],
    ['not its primary one again', 'algo', 'algo:x:1000:algo\nm:x:3000:algo\n', [3000]],
    ['each once', 'algo', 'a:x:3000:algo\nb:x:3000:algo,algo\n', [3000]],
    ['not for a part of its name', 'algo', 'a:x:3000:algorithm,xalgo, algo\n', []],
    ['not where the ID is none', 'algo', 'a:x::algo\nb:x:abc:algo\nc:x:-5:algo\nd:x:4294967296:algo\n', []],
    ['none for an image of root', '0', 'm:x:3000:root\n', []],
  ])('%s', async (_, User, rows, groups) => {
    expect((await accountOf(User, members(rows))).groups).toEqual(groups);
  });

  test('more than 32 are refused, with the number', async () => {
    const rows = (count: number) =>
      Array.from({ length: count }, (_, n) => `g${n}:x:${2000 + n}:algo\n`).join('');
    expect((await accountOf('algo', members(rows(32)))).groups).toHaveLength(32);
    const { code, message } = await refusal(imageOf('algo', members(rows(33))));
    expect(code).toBe('IMAGE_INVALID');
    expect(message).toContain('is a member of 33 groups in /etc/group; at most 32 are allowed');
  });
});

describe('the account files are found as a container would find them', () => {
  const accounts = (folder: string, id: number): RawEntry[] => [
    file(`${folder}/passwd`, `algo:x:${id}:${id}::/:\n`),
    file(`${folder}/group`, `m:x:${id + 1}:algo\n`),
  ];
  const found = (id: number) => ({ uid: id, gid: id, groups: [id + 1] });

  test.each<[string, Layers]>([
    ['in one layer', [accounts('etc', 500)]],
    ['in the uppermost layer that has them', [accounts('etc', 1), accounts('etc', 500), [file('x', '')]]],
    ['/etc as a relative link', [[link('etc', 'usr/etc'), ...accounts('usr/etc', 500)]]],
    ['/etc as an absolute link, in another layer', [accounts('usr/etc', 500), [link('etc', '/usr/etc')]]],
    ['/etc as a link that the layer itself follows', [[link('etc', 'usr/etc'), ...accounts('etc', 500)]]],
    [
      '/etc as a link that an upper layer replaces by a folder',
      [[link('etc', 'usr/etc'), ...accounts('usr/etc', 1)], accounts('etc', 500)],
    ],
    [
      'links to other files, as Nix makes them',
      [
        accounts('nix/store/abc-fake-nss/etc', 500),
        [
          link('etc/passwd', '/nix/store/abc-fake-nss/etc/passwd'),
          link('etc/group', '../nix/store/abc-fake-nss/etc/group'),
        ],
      ],
    ],
    [
      'links behind links',
      [
        [
          link('etc', 'a/etc'),
          link('a', 'b'),
          link('b/etc/passwd', '../../c/passwd'),
          link('b/etc/group', '/c/group'),
          link('c', 'd'),
          ...accounts('d', 500),
        ],
      ],
    ],
    [
      'hard links',
      [
        [
          ...accounts('ostree/objects', 500),
          hardLink('etc/passwd', 'ostree/objects/passwd'),
          hardLink('./etc/group', './ostree/objects/group'),
        ],
        accounts('ostree/objects', 1),
      ],
    ],
    [
      'a hard link to a symbolic link',
      [
        [
          ...accounts('etc/accounts', 500),
          link('etc/real', 'accounts/passwd'),
          hardLink('etc/passwd', 'etc/real'),
          hardLink('etc/group', 'etc/accounts/group'),
        ],
      ],
    ],
    [
      'below an opaque folder that hides others',
      [accounts('etc', 1), [file('etc/.wh..wh..opq', ''), ...accounts('etc', 500)]],
    ],
    [
      'below a folder that was removed and made again',
      [accounts('etc', 1), [file('.wh.etc', '')], accounts('etc', 500)],
    ],
    ['that were folders before', [[file('etc/passwd/x', ''), file('etc/group/x', '')], accounts('etc', 500)]],
    [
      'with folders of the same start',
      [accounts('etc', 500), [file('etcetera/passwd', ''), file('etc/passwd-', '')]],
    ],
  ])('%s', async (_, layers) => {
    expect(await accountOf('algo', layers)).toEqual(found(500));
  });

  test.each<[string, Layers]>([
    ['a whiteout of the file', [accounts('etc', 1), [file('etc/.wh.passwd', '')]]],
    ['a whiteout of the folder', [accounts('etc', 1), [file('.wh.etc', '')]]],
    ['an opaque folder', [accounts('etc', 1), [file('etc/.wh..wh..opq', '')]]],
    ['an opaque root', [accounts('etc', 1), [file('.wh..wh..opq', '')]]],
    [
      'a whiteout below a link of the layer',
      [accounts('etc', 1), [link('e', '/etc'), file('e/.wh.passwd', '')]],
    ],
    ['a file instead of the folder', [accounts('etc', 1), [file('etc', 'x')]]],
    [
      'a whiteout of a link’s target',
      [[...accounts('usr/etc', 1), link('etc/passwd', '/usr/etc/passwd')], [file('usr/.wh.etc', '')]],
    ],
    [
      'a folder that replaces the link to it',
      [[link('etc', 'usr/etc'), ...accounts('usr/etc', 1)], [file('etc/hostname', 'x')]],
    ],
    ['a link to a file of the host', [accounts('etc', 1), [link('etc/passwd', '/proc/self/environ')]]],
    [
      'more links in a row than any image has',
      [
        [
          ...Array.from({ length: 7 }, (_, n) => link(n === 0 ? 'etc/passwd' : `l${n}`, `/l${n + 1}`)),
          file('l7', 'algo:x:1:1::/:\n'),
        ],
      ],
    ],
  ])('%s hides them', async (_, layers) => {
    expect((await refusal(imageOf('algo', layers))).message).toContain('no readable /etc/passwd');
  });
});
