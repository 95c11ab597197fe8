import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildImageArchive, type ImageSpec, writeLayer } from '#examples/images/image-archive.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'heldout-image-archive-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const LONG_PATH = `usr/share/${'long-name/'.repeat(15)}file.txt`;
const SPEC: ImageSpec = {
  layers: [
    [
      { path: '/app/', mode: 0o755, type: 'directory' },
      { path: '/app/run.sh', mode: 0o755, content: Buffer.from('#!/bin/sh\n') },
      { path: 'app/link', mode: 0o777, type: 'symlink', linkTarget: '/app/run.sh' },
    ],
    [{ path: LONG_PATH, mode: 0o644, content: Buffer.from('far away') }],
  ],
  entrypoint: ['/app/run.sh'],
  cmd: ['--fast'],
  env: ['MODE=test'],
  user: 'algorithm',
  workingDir: '/app',
  volumes: ['/data'],
};

interface TarFile {
  header: Header;
  content: Buffer;
}

async function readTar(bytes: Buffer): Promise<Map<string, TarFile>> {
  const files = new Map<string, TarFile>();
  const reader = extract();
  reader.end(bytes);
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    files.set(entry.header.name, { header: entry.header, content: Buffer.concat(chunks) });
  }
  return files;
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function openArchive(bytes: Buffer) {
  const files = await readTar(bytes);
  const manifest = JSON.parse(files.get('manifest.json')!.content.toString());
  const config = files.get(manifest[0].Config)!.content;
  const layers = (manifest[0].Layers as string[]).map((name) => files.get(name)!.content);
  return { files, manifest, configBytes: config, config: JSON.parse(config.toString()), layers };
}

describe('an image archive', () => {
  it('contains one image whose config names every layer by the hash of its bytes', async () => {
    const archive = await buildImageArchive(path.join(folder, 'image.tar'), SPEC);
    const { manifest, config, configBytes, layers } = await openArchive(await readFile(archive.file));
    expect(manifest).toHaveLength(1);
    expect(manifest[0].RepoTags).toBeNull();
    expect(archive.imageId).toBe(`sha256:${sha256(configBytes)}`);
    expect(config.rootfs.diff_ids).toEqual(layers.map((layer) => `sha256:${sha256(layer)}`));
    expect(config).toMatchObject({ os: 'linux', architecture: 'amd64' });
    expect(config.config).toEqual({
      Entrypoint: ['/app/run.sh'],
      Cmd: ['--fast'],
      Env: ['MODE=test'],
      User: 'algorithm',
      WorkingDir: '/app',
      Volumes: { '/data': {} },
    });
  });

  it('keeps modes, links and long names, and sets owner root and time zero', async () => {
    const archive = await buildImageArchive(path.join(folder, 'image.tar'), SPEC);
    const { layers } = await openArchive(await readFile(archive.file));
    const [first, second] = await Promise.all(layers.map(readTar));
    expect(first!.get('app/run.sh')!.header).toMatchObject({
      mode: 0o755,
      uid: 0,
      gid: 0,
      mtime: new Date(0),
    });
    expect(first!.get('app/link')!.header).toMatchObject({ type: 'symlink', linkname: '/app/run.sh' });
    expect(first!.get('app/')!.header.type).toBe('directory');
    expect(second!.get(LONG_PATH)!.content.toString()).toBe('far away');
  });

  it('is reproducible, and returns its size and hash', async () => {
    const first = await buildImageArchive(path.join(folder, 'a.tar'), SPEC);
    const second = await buildImageArchive(path.join(folder, 'b.tar'), SPEC);
    const bytes = await readFile(first.file);
    expect(bytes.equals(await readFile(second.file))).toBe(true);
    expect(first).toEqual({ ...second, file: first.file });
    expect(first).toMatchObject({ bytes: bytes.length, sha256: sha256(bytes) });
  });

  it('contains the same archive if it is compressed', async () => {
    const plain = await buildImageArchive(path.join(folder, 'a.tar'), SPEC);
    const gzipped = await buildImageArchive(path.join(folder, 'a.tar.gz'), { ...SPEC, gzip: true });
    const compressed = await readFile(gzipped.file);
    expect(gunzipSync(compressed).equals(await readFile(plain.file))).toBe(true);
    expect(gzipped).toMatchObject({ imageId: plain.imageId, sha256: sha256(compressed) });
  });

  it('streams content from files, and shares a layer on disk', async () => {
    const big = Buffer.alloc(3_000_001, 7);
    await writeFile(path.join(folder, 'weights'), big);
    const base = await writeLayer(path.join(folder, 'base.tar'), [
      { path: 'weights', mode: 0o644, content: { file: path.join(folder, 'weights') } },
    ]);
    const archive = await buildImageArchive(path.join(folder, 'image.tar'), { layers: [base, base] });
    const { config, layers, files } = await openArchive(await readFile(archive.file));
    expect((await readTar(layers[0]!)).get('weights')!.content.equals(big)).toBe(true);
    expect(config.rootfs.diff_ids).toEqual([base.diffId, base.diffId]);
    expect(files.size).toBe(3);
  });

  it('leaves nothing behind if a file can’t be read', async () => {
    const missing = { path: 'weights', mode: 0o644, content: { file: path.join(folder, 'missing') } };
    const build = buildImageArchive(path.join(folder, 'image.tar'), { layers: [[missing]] });
    await expect(build).rejects.toThrow('ENOENT');
    expect(await readdir(folder)).toEqual([]);
  });
});
