import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { downloadFile } from '#cli/data/resume.ts';

const content = (name: string) => createHash('shake256', { outputLength: 500_000 }).update(name).digest();

let folder: string;
let file: string;
let server: Server;
let port: number;
let current: Buffer;
/** After how many bytes the next answers break off. */
let cuts: number[];
let breakOff: (request: IncomingMessage) => void;
let ranges: (string | undefined)[];
let notes: string[];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'heldout-resume-'));
  file = join(folder, 'data.tar.gz');
  current = content('first');
  [cuts, ranges, notes] = [[], [], []];
  breakOff = ({ socket }) => socket.destroy();
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    const etag = `"${createHash('sha256').update(current).digest('hex')}"`;
    const from = startOf(request, etag);
    const headers = { etag, 'content-length': current.length - from };
    response.writeHead(from === 0 ? 200 : 206, headers);
    const cut = cuts.shift();
    if (cut === undefined) return response.end(current.subarray(from));
    response.write(current.subarray(from, from + cut));
    void hasArrived(from + cut).then(() => breakOff(request));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

/** A connection that breaks loses what its reader hasn’t read yet, so it breaks once that is on the disk. */
async function hasArrived(bytes: number): Promise<void> {
  const size = () => statSync(`${file}.part`, { throwIfNoEntry: false })?.size ?? 0;
  while (size() < bytes) await new Promise((resolve) => setTimeout(resolve, 5));
}

function startOf({ headers }: IncomingMessage, etag: string): number {
  const match = /^bytes=(\d+)-$/.exec(headers.range ?? '');
  return match && headers['if-range'] === etag ? Number(match[1]) : 0;
}

const download = (waitsMs = [0, 0], signal = new AbortController().signal) =>
  downloadFile({
    url: new URL(`http://127.0.0.1:${port}/data`),
    token: null,
    file,
    signal,
    onProgress: () => undefined,
    onNote: (text) => notes.push(text),
    waitsMs,
  });

const expectWhole = () => {
  expect(readFileSync(file).equals(current)).toBe(true);
  expect(existsSync(`${file}.part`)).toBe(false);
  expect(existsSync(`${file}.part.json`)).toBe(false);
};

test('a connection that breaks is continued where it broke', async () => {
  cuts = [100_000, 100_000, 100_000];
  await download();
  expectWhole();
  expect(ranges).toEqual([undefined, 'bytes=100000-', 'bytes=200000-', 'bytes=300000-']);
});

test('a download that broke off is continued by the next run', async () => {
  cuts = [100_000];
  await expect(download([])).rejects.toThrow('Run the command again');
  expect(existsSync(file)).toBe(false);
  expect(await download()).toMatchObject({ bytes: current.length, resumedFrom: 100_000 });
  expectWhole();
});

test('a file that changed meanwhile is downloaded from its start, never mixed', async () => {
  cuts = [100_000];
  await expect(download([])).rejects.toThrow();
  current = content('second');
  await download();
  expectWhole();
  expect(notes).toEqual(['The file has changed on the site. Starting again.']);
});

test('a part of another download, or too long a one, is not continued', async () => {
  writeFileSync(`${file}.part`, 'other');
  await download();
  expectWhole();
  writeFileSync(`${file}.part`, Buffer.alloc(600_000));
  const etag = '"x"';
  const known = { url: `http://127.0.0.1:${port}/data`, etag, bytes: 500_000 };
  writeFileSync(`${file}.part.json`, JSON.stringify(known));
  await download();
  expectWhole();
});

test('without a site, it says so after the last attempt', async () => {
  server.close();
  server.closeAllConnections();
  await expect(download()).rejects.toThrow(`127.0.0.1:${port}`);
});

test('an interrupted download keeps its part', async () => {
  cuts = [100_000];
  const stop = new AbortController();
  breakOff = () => stop.abort(new Error('Interrupted.'));
  await expect(download([1000], stop.signal)).rejects.toThrow('Interrupted.');
  expect(readFileSync(`${file}.part`)).toHaveLength(100_000);
});

test('a folder that can’t be written is named', async () => {
  file = join(folder, 'missing', 'data.tar.gz');
  await expect(download()).rejects.toThrow('data.tar.gz.part');
});
