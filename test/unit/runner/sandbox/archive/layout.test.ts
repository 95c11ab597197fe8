import { describe, expect, test } from 'vitest';
import {
  dockerSaveEntries,
  ociEntries,
  PROGRAM,
  type RawEntry,
  rawTar,
  sha256,
} from '#test/support/images/archive.ts';
import { openPreparation, save } from '#test/support/images/prepare.ts';

const { prepare, refusal } = openPreparation();

const LAYER = rawTar([{ name: 'bin/sh', content: '#!' }]);
const IMAGE = { layers: [LAYER] };
const SAVE_AGAIN = 'Save the image again with `docker save IMAGE:TAG | gzip > image.tar.gz`.';

/** zod's and our own general words for errors, which describe a program’s input rather than an archive. */
const SCHEMA_WORDS = /\bmust (be|have|match)\b|Invalid|expected|items?\b|\[\d+\]|undefined|ZodError/;

async function messageOf(archive: Buffer): Promise<string> {
  const { code, message } = await refusal(archive);
  expect(code).toBe('IMAGE_INVALID');
  expect(message).not.toMatch(SCHEMA_WORDS);
  return message;
}

const manifestOf = (value: unknown) =>
  rawTar([{ name: 'manifest.json', content: typeof value === 'string' ? value : JSON.stringify(value) }]);

describe('a layer count beyond the engine’s', () => {
  const many = (length: number) => ({ layers: Array.from({ length }, () => LAYER) });
  const expected = (count: number) =>
    `The image has ${count} layers; at most 123 are possible, because the engine stacks 125 and Heldout adds 2. Squash it:`;

  test('is refused with both numbers and what to do, in either format', async () => {
    expect(await messageOf(save(many(124)))).toContain(expected(124));
    expect(await messageOf(rawTar(ociEntries(many(300))))).toContain(expected(300));
  });

  test('the largest possible one is accepted', async () => {
    expect((await prepare(save(many(123)))).image.id).toMatch(/^sha256:/);
    expect((await prepare(rawTar(ociEntries(many(123))))).image.id).toMatch(/^sha256:/);
  });
});

describe('a manifest that is not as docker save writes it', () => {
  const one = { Config: 'c.json', RepoTags: null, Layers: ['0.tar'] };
  test.each<[string, unknown, string]>([
    ['not JSON', '{', 'is not valid JSON'],
    ['an object', one, 'does not list images'],
    ['a list of numbers', [5], 'does not list images'],
    ['no image', [], 'The archive contains 0 images'],
    ['two images', [one, one], 'without a tag, Docker saves all tags of the repository'],
    ['no config', [{ Layers: ['0.tar'] }], 'does not name the file with the image’s config'],
    ['a config that is no name', [{ ...one, Config: 5 }], 'does not name the file with the image’s config'],
    ['a config with an endless name', [{ ...one, Config: 'x'.repeat(5000) }], 'more than 4096 characters'],
    ['no layers', [{ Config: 'c.json' }], 'does not list the image’s layers'],
    ['layers that are null', [{ ...one, Layers: null }], 'does not list the image’s layers'],
    ['a layer that is no name', [{ ...one, Layers: ['0.tar', {}] }], 'does not list the image’s layers'],
    ['a layer with an endless name', [{ ...one, Layers: ['x'.repeat(5000)] }], 'more than 4096 characters'],
    ['a missing config', [one], 'lists "c.json", which is missing from the archive'],
  ])('%s', async (_, manifest, problem) => {
    const message = await messageOf(manifestOf(manifest));
    expect(message).toContain(problem);
    expect(message).toMatch(/`docker save IMAGE:TAG/);
  });
});

describe('a config that is not as a builder writes it', () => {
  const rootfs = { type: 'layers', diff_ids: [`sha256:${sha256(LAYER)}`] };
  const good = { architecture: 'amd64', os: 'linux', config: PROGRAM, rootfs };
  const withConfig = (config: unknown) => {
    const [, layer] = dockerSaveEntries(IMAGE);
    const content = typeof config === 'string' ? config : JSON.stringify(config);
    const manifest = [{ Config: 'c.json', RepoTags: null, Layers: [layer!.name] }];
    return rawTar([
      layer!,
      { name: 'c.json', content },
      { name: 'manifest.json', content: JSON.stringify(manifest) },
    ]);
  };

  test.each<[string, unknown, string]>([
    ['not JSON', 'null,', 'is not valid JSON'],
    ['a list', [], 'is not an object'],
    ['no platform', { ...good, os: undefined }, 'does not name the image’s operating system and processor'],
    [
      'no processor',
      { ...good, architecture: 64 },
      'does not name the image’s operating system and processor',
    ],
    ['no layers', { ...good, rootfs: undefined }, 'does not list the SHA-256 checksums of its layers'],
    [
      'layers of another type',
      { ...good, rootfs: { ...rootfs, type: 'x' } },
      'does not list the SHA-256 checksums',
    ],
    [
      'layers without checksums',
      { ...good, rootfs: { ...rootfs, diff_ids: ['0.tar'] } },
      'does not list the SHA-256',
    ],
    [
      'settings that are text',
      { ...good, config: 'x' },
      'has settings of the container that are not an object',
    ],
    [
      'an ENTRYPOINT of numbers',
      { ...good, config: { Entrypoint: [5] } },
      'has an ENTRYPOINT that is not a list of strings',
    ],
    [
      'a CMD that is text',
      { ...good, config: { Cmd: 'x' } },
      'has an instruction CMD that is not a list of strings',
    ],
    [
      'a variable that Linux can’t pass',
      { ...good, config: { Env: ['x'.repeat(131_073)] } },
      'has an environment (ENV) with a string of more than 131072 characters',
    ],
    [
      '5,000 variables',
      { ...good, config: { Env: Array(5000).fill('A=1') } },
      'has an environment (ENV) with more than 4096 strings',
    ],
    ['a WORKDIR that is a number', { ...good, config: { WorkingDir: 5 } }, 'has a WORKDIR that is not text'],
    [
      'a USER of 300 characters',
      { ...good, config: { User: 'u'.repeat(300) } },
      'has a USER of more than 256 characters',
    ],
    [
      'a VOLUME list',
      { ...good, config: { Volumes: ['/data'] } },
      'has VOLUMEs that are not a list of paths',
    ],
    [
      'an endless VOLUME',
      { ...good, config: { Volumes: { ['/v'.repeat(3000)]: {} } } },
      'has VOLUMEs that are not',
    ],
  ])('%s', async (_, config, problem) => {
    const message = await messageOf(withConfig(config));
    expect(message).toContain(`The image’s config (c.json) ${problem}`);
    expect(message).toContain(SAVE_AGAIN);
  });

  test('the base of these cases is accepted', async () => {
    expect((await prepare(withConfig(good))).image.uid).toBe(1234);
  });
});

describe('an OCI layout that is not as a builder writes it', () => {
  const blob = (value: unknown) => {
    const content = JSON.stringify(value);
    const digest = `sha256:${sha256(Buffer.from(content))}`;
    return { digest, entry: { name: `blobs/sha256/${digest.slice(7)}`, content } as RawEntry };
  };
  const layout = (index: unknown, ...blobs: RawEntry[]) =>
    rawTar([...blobs, { name: 'index.json', content: JSON.stringify(index) }]);
  const digest = `sha256:${'a'.repeat(64)}`;

  test.each<[string, unknown, string]>([
    ['a list', [], 'does not list images'],
    ['no manifests', { schemaVersion: 2 }, 'does not list images'],
    ['an image without a digest', { manifests: [{}] }, 'without its SHA-256 checksum'],
    [
      'another kind of digest',
      { manifests: [{ digest: `sha512:${'a'.repeat(128)}` }] },
      'without its SHA-256 checksum',
    ],
    ['half a platform', { manifests: [{ digest, platform: { os: 'linux' } }] }, 'names a platform without'],
    ['300 images', { manifests: Array(300).fill({ digest }) }, 'lists more than 256 images'],
    [
      'annotations that are a list',
      { manifests: [{ digest, annotations: [] }] },
      'has annotations that are not',
    ],
  ])('%s', async (_, index, problem) => {
    const message = await messageOf(layout(index));
    expect(message).toMatch(/^The archive’s index \(index\.json\) /);
    expect(message).toContain(problem);
    expect(message).toContain(SAVE_AGAIN);
  });

  test.each<[string, unknown, string]>([
    ['no layers', { config: { digest } }, 'does not list the image’s layers'],
    ['no config', { layers: [] }, 'without its SHA-256 checksum'],
    ['a layer without a digest', { config: { digest }, layers: [{}] }, 'without its SHA-256 checksum'],
  ])('a manifest with %s', async (_, manifest, problem) => {
    const { digest: of, entry } = blob(manifest);
    const message = await messageOf(layout({ manifests: [{ digest: of }] }, entry));
    expect(message).toContain(`The image’s manifest (${entry.name}) `);
    expect(message).toContain(problem);
  });

  test('a damaged blob', async () => {
    const damaged = ociEntries(IMAGE).map((entry) => {
      const isConfig = String(entry.content ?? '').includes('"rootfs"');
      return isConfig ? { ...entry, content: String(entry.content).replace('amd64', 'amd65') } : entry;
    });
    expect(await messageOf(rawTar(damaged))).toContain('does not match the checksum in its name');
  });
});

describe('a name that the archive has twice is named as one', () => {
  const twice = (name: string) =>
    `The archive contains the entry "${name}" twice. Write the archive into a new file instead of appending to an old one.`;
  test.each<[string, RawEntry[]]>([
    [
      'two files',
      [
        { name: 'manifest.json', content: '[]' },
        { name: './manifest.json', content: '[]' },
      ],
    ],
    [
      'a file and a link',
      [
        { name: 'manifest.json', content: '[]' },
        { name: 'manifest.json', flag: '2', linkName: 'x' },
      ],
    ],
    [
      'two links',
      [
        { name: 'manifest.json', flag: '2', linkName: 'x' },
        { name: 'manifest.json', flag: '1', linkName: 'y' },
      ],
    ],
  ])('%s', async (_, entries) => {
    expect(await messageOf(rawTar(entries))).toBe(twice('manifest.json'));
  });

  test('a folder that is listed twice is the same folder', async () => {
    const folders: RawEntry[] = [
      { name: 'blobs/', flag: '5' },
      { name: './blobs', flag: '5' },
    ];
    expect((await prepare(rawTar([...folders, ...dockerSaveEntries(IMAGE)]))).image.uid).toBe(1234);
  });
});
