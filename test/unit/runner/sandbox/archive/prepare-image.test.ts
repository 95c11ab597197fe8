import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { prepareImage } from '#runner/sandbox/archive/prepare-image.ts';
import { fakeEngine } from '#test/support/fake-engine.ts';
import {
  dockerSaveEntries,
  type HandMade,
  imageConfig,
  ociEntries,
  PROGRAM,
  paxHeader,
  rawTar,
  sha256,
} from '#test/support/images/archive.ts';
import { loadedLayers, openPreparation, save } from '#test/support/images/prepare.ts';
import { pzstd, zstdChunked } from '#test/support/images/zstd.ts';

const preparation = openPreparation();
const { prepare, refusal } = preparation;

const LAYER = rawTar([
  { name: './etc/', flag: '5' },
  {
    name: './etc/passwd',
    content: 'root:x:0:0::/:/bin/sh\nmodel:x:4321:8765::/:/bin/sh\nnobody:x:65534:65534::/:\n',
  },
  { name: './etc/group', content: 'root:x:0:\nscans:x:777:\n' },
  { name: './bin/sh', content: '#!' },
]);
const IMAGE: HandMade = { layers: [LAYER] };

describe('every archive format of the same image gives the same result', () => {
  const forms: [string, () => Buffer][] = [
    ['docker save', () => save(IMAGE)],
    ['docker save, gzip', () => gzipSync(save(IMAGE))],
    [
      'docker save, gzip with several members',
      () => {
        const tar = save(IMAGE);
        return Buffer.concat([gzipSync(tar.subarray(0, 1000)), gzipSync(tar.subarray(1000))]);
      },
    ],
    ['docker save, zstd', () => zstdCompressSync(save(IMAGE))],
    ['docker save, pzstd', () => pzstd(save(IMAGE))],
    ['docker 25, hybrid', () => rawTar(ociEntries(IMAGE, { hasManifestJson: true }))],
    [
      'hybrid with compressed layers',
      () => rawTar(ociEntries(IMAGE, { hasManifestJson: true, compress: gzipSync })),
    ],
    ['OCI layout', () => rawTar(ociEntries(IMAGE))],
    ['OCI layout, gzip layers', () => rawTar(ociEntries(IMAGE, { compress: gzipSync }))],
    ['OCI layout, zstd layers', () => rawTar(ociEntries(IMAGE, { compress: zstdCompressSync }))],
    ['OCI layout, zstd:chunked layers', () => rawTar(ociEntries(IMAGE, { compress: zstdChunked }))],
    ['OCI layout, index in index', () => rawTar(ociEntries(IMAGE, { isNested: true }))],
    ['OCI layout, attestation', () => rawTar(ociEntries(IMAGE, { isNested: true, hasAttestation: true }))],
  ];

  test.each(forms)('%s', async (_, make) => {
    const { image, engine } = await prepare(make());
    const expected = await prepare(save(IMAGE));
    expect(image).toEqual(expected.image);
    expect(engine.loads).toEqual(expected.engine.loads);
    expect(await readdir(preparation.scratchDir)).toEqual([]);
  });

  test('two identical layers may be one file and a link to it', async () => {
    const twice = { layers: [LAYER, LAYER] };
    const [config, first, second, manifest] = dockerSaveEntries(twice);
    const linked = rawTar([
      config!,
      first!,
      { name: second!.name, flag: '2', linkName: `../${first!.name}` },
      manifest!,
    ]);
    expect((await prepare(linked)).image.id).toBe((await prepare(save(twice))).image.id);
  });
});

describe('only a rewritten image is loaded', () => {
  test('there is no tag, the config contains only the program, and the layers are unchanged', async () => {
    const config = {
      ...PROGRAM,
      Env: ['A=1'],
      Labels: { 'com.example': 'x' },
      OnBuild: ['RUN x'],
      ExposedPorts: { '80/tcp': {} },
    };
    const archive = rawTar(dockerSaveEntries({ ...IMAGE, config }, ['team/other:latest']));
    const { image, engine } = await prepare(archive);
    const [files] = engine.loads;
    const [manifest] = JSON.parse(String(files!.get('manifest.json')));
    expect(manifest.RepoTags).toBeNull();
    // The team's layer is between our two.
    const layers = loadedLayers(engine);
    expect(layers).toHaveLength(3);
    expect(layers[1]).toEqual(LAYER);
    expect(JSON.parse(String(files!.get(manifest.Config)))).toEqual({
      architecture: 'amd64',
      os: 'linux',
      config: { Entrypoint: ['/bin/sh'], Cmd: [], WorkingDir: '/', Env: ['A=1'], User: '1234:1234' },
      rootfs: { type: 'layers', diff_ids: layers.map((layer) => `sha256:${sha256(layer)}`) },
    });
    expect(image).toMatchObject({
      entrypoint: ['/bin/sh'],
      cmd: [],
      workingDir: '/',
      env: ['A=1'],
      uid: 1234,
    });
    // Callers store the image as JSON.
    expect(JSON.parse(JSON.stringify(image))).toEqual(image);
  });

  test('images of two realms share no layer, so that the engine unpacks them separately', async () => {
    const idsOf = async (realm?: string) => {
      const engine = fakeEngine();
      const options = {
        imageMib: 16,
        scratchDir: preparation.scratchDir,
        ...(realm !== undefined && { realm }),
      };
      const { id } = await prepareImage(engine, Readable.from([save(IMAGE)]), options);
      const [files] = engine.loads;
      const [{ Config }] = JSON.parse(String(files!.get('manifest.json')));
      const { rootfs } = JSON.parse(String(files!.get(Config)));
      return { id, lowest: rootfs.diff_ids[0] as string };
    };
    const [open, hidden, again, none] = [
      await idsOf('open'),
      await idsOf('hidden'),
      await idsOf('open'),
      await idsOf(),
    ];
    expect(again).toEqual(open);
    // The engine stores a layer under the hashes of all layers from the lowest up to it.
    expect(new Set([open, hidden, none].map(({ lowest }) => lowest)).size).toBe(3);
    expect(new Set([open, hidden, none].map(({ id }) => id)).size).toBe(3);
  });

  test('an image that the engine already has is not loaded again', async () => {
    const engine = fakeEngine();
    await prepare(save(IMAGE), engine);
    await prepare(rawTar(ociEntries(IMAGE)), engine);
    expect(engine.loads).toHaveLength(1);
  });

  test('variables that affect the loader or the runtime are dropped, others are kept', async () => {
    const Env = [
      'PATH=/bin',
      'LD_PRELOAD=/x.so',
      'LD_AUDIT=/x.so',
      'LD_LIBRARY_PATH=/lib',
      'GLIBC_TUNABLES=a',
      'NVIDIA_VISIBLE_DEVICES=all',
      'HELDOUT_CPUS=99',
      'OMP_NUM_THREADS=99',
      'broken',
      '=x',
      'EMPTY=',
    ];
    const { image } = await prepare(save({ ...IMAGE, config: { ...PROGRAM, Env } }));
    expect(image.env).toEqual(['PATH=/bin', 'LD_LIBRARY_PATH=/lib', 'EMPTY=']);
  });

  test.each<[Record<string, unknown> | undefined, string | null]>([
    [undefined, null],
    [{ maintainer: 'us' }, null],
    [{ 'org.grand-challenge.api-method': 'invoke' }, 'invoke'],
    [{ 'Org.Grand-Challenge.API-Method ': "'Exec'" }, 'exec'],
  ])('the label %j says how the image is run: %s', async (Labels, apiMethod) => {
    const { image } = await prepare(save({ ...IMAGE, config: { ...PROGRAM, Labels } }));
    expect(image.apiMethod).toBe(apiMethod);
  });

  test('volumes are kept, except at paths where we mount something ourselves', async () => {
    const Volumes = { '/data/': {}, '/output': {}, '/tmp/x': {}, '/var/../cache': {} };
    expect((await prepare(save({ ...IMAGE, config: { ...PROGRAM, Volumes } }))).image.volumes).toEqual([
      '/cache',
      '/data',
    ]);
  });
});

describe('content that no legitimate image has is rejected with a message that names it', () => {
  const cases: [string, () => Buffer, string, string][] = [
    ['not an archive', () => Buffer.from('hello'.repeat(500)), 'IMAGE_INVALID', 'is not a tar archive'],
    ['an empty file', () => Buffer.alloc(0), 'IMAGE_INVALID', 'empty or not a tar archive'],
    ['a file of a few bytes', () => Buffer.from('hello'), 'IMAGE_INVALID', 'too short to be a tar file'],
    ['a truncated upload', () => save(IMAGE).subarray(0, 3000), 'IMAGE_INVALID', 'truncated'],
    ['truncated gzip data', () => gzipSync(save(IMAGE)).subarray(0, 300), 'IMAGE_INVALID', 'is damaged'],
    [
      'a tar without an image',
      () => rawTar([{ name: 'readme', content: 'x' }]),
      'IMAGE_INVALID',
      'neither manifest.json',
    ],
    [
      'a missing layer',
      () => rawTar(dockerSaveEntries(IMAGE).filter(({ name }) => !name.endsWith('layer.tar'))),
      'IMAGE_INVALID',
      'which is missing from the archive',
    ],
    [
      'fewer layers than the config lists',
      () => save({ ...IMAGE, diffIds: [] }),
      'IMAGE_INVALID',
      'contains 1 layer, but the image’s config lists 0',
    ],
    [
      'a layer under another layer’s hash',
      () => save({ ...IMAGE, diffIds: [`sha256:${'a'.repeat(64)}`] }),
      'IMAGE_INVALID',
      'does not match the image’s config',
    ],
    ['two images', () => twoImages(), 'IMAGE_INVALID', 'contains 2 images'],
    [
      'another platform',
      () => save({ ...IMAGE, platform: { os: 'linux', architecture: 'arm64' } }),
      'IMAGE_INVALID',
      'built for linux/arm64',
    ],
    [
      'another platform in an index',
      () => rawTar(ociEntries({ ...IMAGE, platform: { os: 'linux', architecture: 'arm64' } })),
      'IMAGE_INVALID',
      'built for linux/arm64',
    ],
    [
      'another operating system',
      () => save({ ...IMAGE, platform: { os: 'windows', architecture: 'amd64' } }),
      'IMAGE_INVALID',
      'built for windows/amd64',
    ],
    ['no entry point', () => save({ ...IMAGE, config: { User: '1234' } }), 'NO_ENTRYPOINT', 'nothing to run'],
    [
      'an empty entry point',
      () => save({ ...IMAGE, config: { Entrypoint: [''] } }),
      'NO_ENTRYPOINT',
      'nothing to run',
    ],
    [
      'a working directory in /proc',
      () => save({ ...IMAGE, config: { ...PROGRAM, WorkingDir: '/proc/self/fd/8' } }),
      'IMAGE_INVALID',
      'WORKDIR',
    ],
    [
      'a label with another way to be run',
      () => save({ ...IMAGE, config: { ...PROGRAM, Labels: { 'org.grand-challenge.api-method': 'grpc' } } }),
      'IMAGE_INVALID',
      'label org.grand-challenge.api-method is "grpc"; it must be exec or invoke',
    ],
    [
      'labels that are no list',
      () => save({ ...IMAGE, config: { ...PROGRAM, Labels: ['invoke'] } }),
      'IMAGE_INVALID',
      'LABEL',
    ],
    [
      'a volume with options in its name',
      () => save({ ...IMAGE, config: { ...PROGRAM, Volumes: { '/x:rw,exec': {} } } }),
      'IMAGE_INVALID',
      'VOLUME',
    ],
    [
      'a working directory with a name that is too long',
      () => save({ ...IMAGE, config: { ...PROGRAM, WorkingDir: `/${'w'.repeat(256)}` } }),
      'IMAGE_INVALID',
      'longer than Linux allows',
    ],
    [
      'a volume with a path that is too long',
      () => save({ ...IMAGE, config: { ...PROGRAM, Volumes: { [`/${'v/'.repeat(600)}`]: {} } } }),
      'IMAGE_INVALID',
      'can’t be mounted',
    ],
    [
      'a layer that is not a tar archive',
      () => save({ layers: [Buffer.from('x'.repeat(2000))] }),
      'IMAGE_INVALID',
      'Layer 1 of 1 is not a tar archive',
    ],
    [
      'an outer entry that leaves the archive',
      () => rawTar([{ name: '../x', content: 'x' }]),
      'IMAGE_INVALID',
      'whose name leaves the archive',
    ],
    [
      'an outer device',
      () => rawTar([{ name: 'x', flag: '3' }]),
      'IMAGE_INVALID',
      'neither a file nor a folder',
    ],
    [
      'an outer link to the host',
      () => rawTar([{ name: 'manifest.json', flag: '2', linkName: '/etc/passwd' }]),
      'IMAGE_INVALID',
      'link that leaves the archive',
    ],
    [
      'circular links',
      () =>
        rawTar([
          { name: 'manifest.json', flag: '2', linkName: 'b' },
          { name: 'b', flag: '2', linkName: 'manifest.json' },
        ]),
      'IMAGE_INVALID',
      'neither manifest.json',
    ],
    [
      '5,000 outer entries',
      () => rawTar(Array.from({ length: 5000 }, (_, index) => ({ name: `d${index}/`, flag: '5' }))),
      'IMAGE_INVALID',
      'more than 4096 entries',
    ],
  ];

  test.each(cases)('%s', async (_, make, code, message) => {
    expect(await refusal(make())).toMatchObject({ code, message: expect.stringContaining(message) });
  });

  function twoImages(): Buffer {
    const config = imageConfig(IMAGE);
    const image = { Config: 'c.json', RepoTags: null, Layers: ['0.tar'] };
    return rawTar([
      { name: 'c.json', content: config },
      { name: '0.tar', content: LAYER },
      { name: 'manifest.json', content: JSON.stringify([image, image]) },
    ]);
  }
});

describe('limits are enforced while the archive streams', () => {
  test('an archive larger than the phase allows is rejected', async () => {
    const noise = Buffer.alloc(2 * 2 ** 20, 1);
    expect(await refusal(save({ layers: [rawTar([{ name: 'a', content: noise }])] }), 1)).toEqual({
      code: 'IMAGE_TOO_LARGE',
      message:
        'The archive is larger than the 1 MiB that this phase allows. Make it smaller and submit it again.',
    });
  });

  /** 1 GiB of zeros is 1 MiB of gzip. The stream is endless and is read until it is rejected. */
  async function* bomb(): AsyncGenerator<Buffer> {
    const member = gzipSync(Buffer.alloc(64 * 2 ** 20));
    for (;;) {
      produced += 64;
      yield member;
    }
  }
  let produced = 0;

  test('a gzip bomb of many members is rejected at the maximum ratio, before its end', async () => {
    const header = rawTar([{ name: 'a', size: 2 ** 33 - 1 }], Buffer.alloc(0));
    const source = async function* () {
      yield gzipSync(header);
      yield* bomb();
    };
    const engine = fakeEngine();
    const run = prepareImage(engine, Readable.from(source()), {
      imageMib: 1000,
      scratchDir: preparation.scratchDir,
    });
    await expect(run).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      message: expect.stringContaining('200 times'),
    });
    expect(produced).toBeLessThan(1024);
    expect(await readdir(preparation.scratchDir)).toEqual([]);
  });

  test('a gzip bomb inside a layer is rejected', async () => {
    const layer = rawTar([{ name: 'zeros', content: Buffer.alloc(80 * 2 ** 20) }]);
    const archive = rawTar(ociEntries({ layers: [layer] }, { compress: gzipSync }));
    expect(await refusal(archive, 64)).toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      message: expect.stringContaining('Layer 1 of 1'),
    });
  });

  test('bytes after a layer’s frames are rejected, even though its checksum would match', async () => {
    const compress = (layer: Buffer) => Buffer.concat([zstdChunked(layer), Buffer.from('more')]);
    expect(await refusal(rawTar(ociEntries(IMAGE, { compress })))).toEqual({
      code: 'IMAGE_INVALID',
      message: 'Layer 1 of 1 is damaged: its zstd data is followed by other data.',
    });
  });

  test('a layer that is listed many times counts each time, because the engine stores it each time', async () => {
    const layer = rawTar([{ name: 'zeros', content: Buffer.alloc(2 ** 20) }]);
    const [config, file, , manifest] = dockerSaveEntries({ layers: [layer, layer] });
    const repeatLayer = (count: number) => {
      const image = { layers: Array.from({ length: count }, () => layer) };
      const bytes = imageConfig(image);
      const [listed] = JSON.parse(String(manifest!.content));
      const content = JSON.stringify([{ ...listed, Layers: image.layers.map(() => file!.name) }]);
      return rawTar([{ ...config!, content: bytes }, file!, { ...manifest!, content }]);
    };
    expect((await prepare(repeatLayer(7), fakeEngine(), 2)).image.bytes).toBeGreaterThan(7 * 2 ** 20);
    expect(await refusal(repeatLayer(8), 2)).toEqual({
      code: 'IMAGE_TOO_LARGE',
      message: 'The image is larger than 8 MiB when unpacked.',
    });
  });

  test('names that create thousands of folders each are rejected', async () => {
    const deep = (start: number) => paxHeader({ path: `${start}/${'d/'.repeat(2000)}f` });
    const entries = Array.from({ length: 501 }, (_, start) => [
      deep(start),
      { name: 'f', content: 'x' },
    ]).flat();
    expect(await refusal(gzipSync(save({ layers: [rawTar(entries)] })))).toEqual({
      code: 'IMAGE_INVALID',
      message: 'Layer 1 of 1 brings the image to more than 1000000 files and folders.',
    });
    // Shared folders are created once.
    const shared = Array.from({ length: 501 }, () => [deep(0), { name: 'f', content: 'x' }]).flat();
    expect((await prepare(gzipSync(save({ layers: [rawTar(shared)] })))).image.id).toMatch(/^sha256:/);
  });

  test('indexes that list an index many times are read once each', async () => {
    const blob = (value: unknown) => {
      const content = JSON.stringify(value);
      const digest = `sha256:${sha256(Buffer.from(content))}`;
      return { entry: { name: `blobs/sha256/${digest.slice(7)}`, content }, digest };
    };
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const listing = (digest: string) => ({
      manifests: Array.from({ length: 256 }, () => ({ mediaType, digest })),
    });
    const empty = blob({ manifests: [] });
    const middle = blob(listing(empty.digest));
    const upper = blob(listing(middle.digest));
    const index = { name: 'index.json', content: JSON.stringify(listing(upper.digest)) };
    const startedAt = performance.now();
    const error = await refusal(rawTar([empty.entry, middle.entry, upper.entry, index]));
    expect(error).toEqual({
      code: 'IMAGE_INVALID',
      message: expect.stringContaining('The archive’s index lists no image.'),
    });
    // 16 million reads would take an hour.
    expect(performance.now() - startedAt).toBeLessThan(5000);
    const many = Array.from({ length: 65 }, (_, n) => blob({ manifests: [], annotations: { n: String(n) } }));
    const each = { manifests: many.map(({ digest }) => ({ mediaType, digest })) };
    const all = [...many.map(({ entry }) => entry), { name: 'index.json', content: JSON.stringify(each) }];
    expect((await refusal(rawTar(all))).message).toContain('The archive contains more than 64 indexes.');
  });

  test('an image that unpacks to more than four times the phase’s limit is rejected', async () => {
    const layer = rawTar([{ name: 'zeros', content: Buffer.alloc(9 * 2 ** 20) }]);
    expect(await refusal(gzipSync(save({ layers: [layer] })), 2)).toMatchObject({
      code: 'IMAGE_TOO_LARGE',
      message: expect.stringContaining('larger than 8 MiB when unpacked'),
    });
  });
});
