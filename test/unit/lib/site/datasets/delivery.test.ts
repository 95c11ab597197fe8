import { createDecipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import { crc32, gunzipSync } from 'node:zlib';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { describe, expect, it } from 'vitest';
import { ageContent, ageFile, agePayload } from '#lib/site/datasets/delivery/age.ts';
import { CipherChain, RecentValues } from '#lib/site/datasets/delivery/cipher-chain.ts';
import { combineCrc32 } from '#lib/site/datasets/delivery/crc32.ts';
import { gzipStored } from '#lib/site/datasets/delivery/gzip.ts';
import { hmacFile, opensslFile, opensslKey } from '#lib/site/datasets/delivery/openssl.ts';
import { checked, tarOf } from '#lib/site/datasets/delivery/tar.ts';
import {
  concatenate,
  inBlocks,
  ofBytes,
  type VirtualFile,
} from '#lib/site/datasets/delivery/virtual-file.ts';
import { newHeader } from '#runner/secrets/seal.ts';

const CHUNK = 64 * 1024;

/** Bytes that differ everywhere and are the same in every run. */
function content(bytes: number, name = 'content'): Uint8Array {
  const blocks = Array.from({ length: Math.ceil(bytes / 32) }, (_, block) =>
    createHash('sha256').update(`${name} ${block}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, bytes);
}

/** Read in parts of 1,000 bytes, so that no part of a layer lies whole in one of another. */
function inParts(bytes: Uint8Array): VirtualFile {
  return {
    bytes: bytes.length,
    async *read(from, to) {
      for (let at = from; at < to; at += 1000) yield bytes.subarray(at, Math.min(at + 1000, to));
    },
  };
}

async function read(file: VirtualFile, from = 0, to = file.bytes): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of file.read(from, to)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** Each part of a file, read alone, is what the whole has there. */
async function expectAnyRange(file: VirtualFile, edges: readonly number[]): Promise<Buffer> {
  const whole = await read(file);
  expect(whole.length).toBe(file.bytes);
  const places = [...new Set([0, ...edges.flatMap((edge) => [edge - 1, edge, edge + 1]), file.bytes])].filter(
    (place) => place >= 0 && place <= file.bytes,
  );
  for (const from of places)
    for (const to of places)
      if (from <= to && !(await read(file, from, to)).equals(whole.subarray(from, to)))
        throw new Error(`Bytes ${from} to ${to} differ from those of the whole.`);
  return whole;
}

describe('files that are made while they are read', () => {
  it('lie one behind the other, empty ones included', async () => {
    const parts = [content(3), content(0), content(5, 'b'), content(0), content(1, 'c')];
    const file = concatenate(parts.map(ofBytes));
    expect(await expectAnyRange(file, [1, 2, 3, 4, 7, 8])).toEqual(Buffer.concat(parts));
    expect((await read(concatenate([]))).length).toBe(0);
  });

  it.each([0, 1, 9, 10, 11, 20, 25])('are written in blocks: %i bytes in blocks of 10', async (bytes) => {
    const file = inBlocks(inParts(content(bytes)), {
      contentBytes: 10,
      blockBytes: 12,
      write: (block, part, target, at) => {
        target.set(part, at);
        target.set([block, part.length], at + part.length);
      },
    });
    const whole = await expectAnyRange(file, [9, 10, 11, 12, 13, 24]);
    expect(whole.length).toBe(bytes + 2 * Math.max(1, Math.ceil(bytes / 10)));
  });
});

describe('many blocks at once', () => {
  it('are those that are made one by one, from any place', async () => {
    const plain = content(3_000_000);
    const [fileKey, salt] = [randomBytes(16), randomBytes(16)];
    const payload = agePayload(inParts(plain), fileKey, salt);
    const whole = await read(payload);
    const opened = ageContent(ofBytes(whole), fileKey, salt);
    for (const [from, to] of [
      [1_048_575, 1_048_577],
      [16 * (CHUNK + 16) + 15, 16 * (CHUNK + 16) + 18],
      [5, 2_500_000],
      [2_999_999, 3_000_000],
    ] as const) {
      expect((await read(payload, from, to)).equals(whole.subarray(from, to))).toBe(true);
      expect((await read(opened, from, to)).equals(plain.subarray(from, to))).toBe(true);
    }
    expect((await read(opened)).equals(plain)).toBe(true);
  });
});

describe('age', () => {
  it.each([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 77])(
    '%i bytes are decrypted by the age library, and read from any place',
    async (bytes) => {
      const identity = await generateX25519Identity();
      const header = await newHeader(await identityToRecipient(identity));
      const salt = randomBytes(16);
      const plain = content(bytes);
      const file = ageFile(inParts(plain), { header: header.bytes, fileKey: header.fileKey, salt });
      const edges = [header.bytes.length, header.bytes.length + 16, header.bytes.length + 16 + CHUNK + 16];
      const whole = await expectAnyRange(file, edges);
      const decrypter = new Decrypter();
      decrypter.addIdentity(identity);
      expect(Buffer.from(await decrypter.decrypt(whole)).equals(plain)).toBe(true);

      const payload = await read(agePayload(inParts(plain), header.fileKey, salt));
      const opened = ageContent(inParts(payload), header.fileKey, salt);
      expect((await expectAnyRange(opened, [1, CHUNK, 2 * CHUNK])).equals(plain)).toBe(true);
    },
  );

  it('a changed, cut or extended payload is not read', async () => {
    const fileKey = randomBytes(16);
    const salt = randomBytes(16);
    const payload = await read(agePayload(ofBytes(content(2 * CHUNK)), fileKey, salt));
    const changed = Buffer.from(payload);
    changed[16 + CHUNK + 16 + 5]! ^= 1;
    const opened = ageContent(ofBytes(changed), fileKey, salt);
    expect((await read(opened, 0, CHUNK)).equals(content(2 * CHUNK).subarray(0, CHUNK))).toBe(true);
    await expect(read(opened, CHUNK - 1, CHUNK + 1)).rejects.toThrow();
    const cut = payload.subarray(0, 16 + CHUNK + 16);
    await expect(read(ageContent(ofBytes(cut), fileKey, salt))).rejects.toThrow();
    expect(() => ageContent(ofBytes(payload.subarray(0, 20)), fileKey, salt)).toThrow('cut off');
    const extended = Buffer.concat([payload, content(100)]);
    await expect(read(ageContent(ofBytes(extended), fileKey, salt))).rejects.toThrow();
    await expect(read(ageContent(ofBytes(payload), randomBytes(16), salt))).rejects.toThrow();
  });
});

describe('openssl', () => {
  const salt = Buffer.from('12345678');

  it.each([0, 1, 15, 16, 17, 64, 5000])(
    '%i bytes are decrypted, and read from any place, with what is known of the chain or without',
    async (bytes) => {
      const opened = await opensslKey('correct horse', salt);
      const file = (chain: CipherChain) => opensslFile(inParts(content(bytes)), opened, chain);
      const chain = new CipherChain(32);
      const whole = await expectAnyRange(file(chain), [8, 16, 17, 32, 48, 49, 4097]);
      const decipher = createDecipheriv('aes-256-cbc', opened.key, opened.iv);
      const plain = Buffer.concat([decipher.update(whole.subarray(16)), decipher.final()]);
      expect(plain.equals(content(bytes))).toBe(true);
      expect((await read(file(new CipherChain()))).equals(whole)).toBe(true);
      expect((await read(file(new CipherChain(32)), whole.length - 1)).equals(whole.subarray(-1))).toBe(true);
      const sum = createHmac('sha256', 'key').update(whole).digest('hex');
      expect(Buffer.from(await hmacFile(file(chain), 'key', 'scan.enc')).toString()).toBe(
        `${sum} *scan.enc\n`,
      );
    },
  );

  it('a second reader of the middle encrypts nothing before it again', async () => {
    let sourceBytes = 0;
    const plain = content(5000);
    const source: VirtualFile = {
      bytes: plain.length,
      async *read(from, to) {
        sourceBytes += to - from;
        yield plain.subarray(from, to);
      },
    };
    const file = opensslFile(source, await opensslKey('correct horse', salt), new CipherChain(1024));
    await Promise.all([read(file, 4500, 4600), read(file, 4500, 4600)]);
    // Four parts before it once, and for each reader the one it lies in.
    expect(sourceBytes).toBe(4 * 1024 + 2 * (5000 - 4 * 1024));
    sourceBytes = 0;
    await read(file, 1100, 1200);
    expect(sourceBytes).toBe(1024);
  });

  it('what was asked for last is remembered', () => {
    const values = new RecentValues<number>(2);
    let made = 0;
    for (const name of ['a', 'b', 'a', 'c', 'a']) values.get(name, () => ++made);
    expect(made).toBe(3);
    expect(values.get('b', () => ++made)).toBe(4);
  });
});

describe('CRC-32 of contents one behind the other', () => {
  it.each([
    [0, 0],
    [0, 5],
    [5, 0],
    [1, 1],
    [100, 70_001],
    [70_001, 12],
  ])('%i and %i bytes', (first, second) => {
    const [a, b] = [content(first), content(second, 'b')];
    expect(combineCrc32(crc32(a), crc32(b), second)).toBe(crc32(Buffer.concat([a, b])));
  });

  it('of 2^40 zero bytes, doubling', () => {
    let crc = crc32(new Uint8Array(1));
    for (let bytes = 1; bytes < 2 ** 40; bytes *= 2) crc = combineCrc32(crc, crc, bytes);
    let odd = crc32(new Uint8Array(3));
    odd = combineCrc32(odd, crc, 2 ** 40);
    expect(odd).toBe(combineCrc32(crc, crc32(new Uint8Array(3)), 3));
  });
});

describe('a tar in gzip', () => {
  it.each([1000, 65_535])('in blocks of %i bytes', async (storedBytes) => {
    const entries = [
      { path: 'README', bytes: content(10) },
      { path: 'sub-1/anat/sub-1_T1w.nii.gz', bytes: content(70_000, 'scan') },
      { path: 'empty', bytes: content(0) },
    ].map(({ path, bytes }) => ({ path, content: { file: inParts(bytes), crc32: crc32(bytes) } }));
    const tar = tarOf(entries);
    const file = gzipStored(tar, storedBytes);
    const whole = await expectAnyRange(file, [10, 15, 15 + storedBytes, file.bytes - 8]);
    expect(gunzipSync(whole).equals(await read(tar.file))).toBe(true);
  });

  it('without entries', async () => {
    expect(gunzipSync(await read(gzipStored(tarOf([])))).equals(Buffer.alloc(1024))).toBe(true);
    expect(gunzipSync(await read(gzipStored(checked(new Uint8Array()))))).toHaveLength(0);
  });
});
