import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect } from 'vitest';
import { SubmissionError } from '#lib/domain/evaluations/codes.ts';
import { type PreparedImage, prepareImage } from '#runner/sandbox/archive/prepare-image.ts';
import { TarReader } from '#runner/sandbox/archive/tar-reader.ts';
import { type FakeEngine, fakeEngine } from '#test/support/fake-engine.ts';
import { dockerSaveEntries, type HandMade, rawTar } from './archive.ts';

export interface Preparation {
  scratchDir: string;
  /** Prepares an archive as the runner does, on an engine that records what it loads. */
  prepare(
    archive: Buffer,
    engine?: FakeEngine,
    imageMib?: number,
  ): Promise<{ image: PreparedImage; engine: FakeEngine }>;
  /** The error of an archive that must be refused before the engine sees it, without a trace on the disk. */
  refusal(archive: Buffer, imageMib?: number): Promise<{ code: string; message: string }>;
}

/** Called at the top of a test file. */
export function openPreparation(): Preparation {
  const made: Preparation = { scratchDir: '', prepare, refusal };
  beforeAll(async () => {
    made.scratchDir = await mkdtemp(join(tmpdir(), 'heldout-prepare-'));
  });
  afterAll(() => rm(made.scratchDir, { recursive: true }));

  async function prepare(archive: Buffer, engine = fakeEngine(), imageMib = 16) {
    // Split into pieces, as a network would deliver it.
    const pieces = Array.from({ length: Math.ceil(archive.length / 5000) }, (_, index) =>
      archive.subarray(index * 5000, (index + 1) * 5000),
    );
    const { scratchDir } = made;
    const image = await prepareImage(engine, Readable.from(pieces), { imageMib, scratchDir });
    return { image, engine };
  }

  async function refusal(archive: Buffer, imageMib?: number) {
    const engine = fakeEngine();
    const error = await prepare(archive, engine, imageMib).then(
      () => new Error('The archive was accepted.'),
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(SubmissionError);
    expect(engine.loads).toEqual([]);
    expect(await readdir(made.scratchDir)).toEqual([]);
    return { code: error.code, message: error.message };
  }

  return made;
}

export const save = (image: HandMade): Buffer => rawTar(dockerSaveEntries(image));

/** The layers that the engine loaded last, from our lowest to our uppermost. */
export function loadedLayers({ loads }: FakeEngine): Buffer[] {
  const files = loads.at(-1)!;
  const [manifest] = JSON.parse(String(files.get('manifest.json')));
  return (manifest.Layers as string[]).map((name) => files.get(name) as Buffer);
}

/** The entries of a layer, as "type name", with their content. */
export function entriesOf(layer: Buffer): Record<string, string> {
  const entries: [string, string][] = [];
  const reader = new TarReader({
    onEntry: ({ name, type }) => entries.push([`${type} ${name}`, '']),
    onData: (chunk) => {
      entries.at(-1)![1] += chunk.toString();
    },
    onEntryEnd: () => undefined,
  });
  reader.write(layer);
  reader.end();
  return Object.fromEntries(entries);
}
