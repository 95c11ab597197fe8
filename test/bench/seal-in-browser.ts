// Memory and time of sealing a large folder in a browser: node test/bench/seal-in-browser.ts [--gigabytes 1]
// Serves the worker alone, with a receiver that counts what is uploaded, and reads the memory of the browser's processes.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { STROKE_T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { encodeNifti } from '#runner/imaging/encode.ts';
import { buildSealingWorker } from '#scripts/sealing-worker.ts';

const CHROMIUM = '/usr/bin/chromium';
/** As ATLAS has them, with float voxels of noise, which don't compress. */
const SHAPE = [197, 233, 189] as const;
const AFFINE = [1, 0, 0, -98, 0, 1, 0, -134, 0, 0, 1, -72, 0, 0, 0, 1];
const VOXELS = SHAPE[0] * SHAPE[1] * SHAPE[2];

const { values } = parseArgs({ options: { gigabytes: { type: 'string', default: '1' } } });
const wanted = Number(values.gigabytes) * 1e9;
const home = mkdtempSync(join(tmpdir(), 'heldout-bench-browser-'));
try {
  const folder = join(home, 'large');
  const cases = writeFolder(folder, wanted);
  const worker = join(home, 'worker.js');
  await buildSealingWorker({ outfile: worker });
  console.log(`${cases} cases, ${(bytesIn(folder) / 1e9).toFixed(2)} GB`);
  await sealIn(folder, readFileSync(worker));
} finally {
  rmSync(home, { recursive: true, force: true });
}

function writeFolder(folder: string, bytes: number): number {
  mkdirSync(folder, { recursive: true });
  const data = new Float32Array(VOXELS);
  const mask = encodeNifti({ shape: SHAPE, affine: AFFINE, data: maskOf() });
  let written = 0;
  let number = 0;
  for (; written < bytes; number++) {
    for (let voxel = 0, state = number + 1; voxel < VOXELS; voxel++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      data[voxel] = state / 65_536;
    }
    const id = `sub-${String(number).padStart(4, '0')}`;
    const scan = encodeNifti({ shape: SHAPE, affine: AFFINE, data, gzipLevel: 1 });
    writeFileSync(join(folder, `${id}_T1w.nii.gz`), scan);
    writeFileSync(join(folder, `${id}_label-L_desc-T1lesion_mask.nii.gz`), mask);
    written += scan.length + mask.length;
  }
  return number;
}

function maskOf(): Uint8Array {
  const mask = new Uint8Array(VOXELS);
  return mask.fill(1, VOXELS / 2, VOXELS / 2 + 60);
}

function bytesIn(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0);
}

async function sealIn(folder: string, script: Buffer): Promise<void> {
  let received = 0;
  const hash = createHash('sha256');
  const server = createServer(async (request, response) => {
    const json = (body: unknown, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const url = new URL(request.url!, 'http://localhost');
    if (url.pathname === '/worker.js')
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    else if (url.pathname !== '/upload') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<input type="file" webkitdirectory>');
    } else if (request.method === 'GET') json({ upload: null });
    else if (request.method === 'PUT') {
      received += await read(request, (chunk) => hash.update(chunk));
      const bytes = Number(url.searchParams.get('bytes'));
      json({ upload: { sha256: url.searchParams.get('sha256'), bytes, received } });
    } else {
      const sha256 = hash.digest('hex');
      json({ testSet: { id: crypto.randomUUID(), caseCount: 1, bytes: received, sha256 } }, 201);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const profile = join(home, 'profile');
  const browser = await chromium.launchPersistentContext(profile, {
    ...(existsSync(CHROMIUM) ? { executablePath: CHROMIUM } : {}),
    args: ['--no-sandbox'],
  });
  const samples: number[] = [];
  const sampling = setInterval(() => samples.push(memoryOf(profile)), 250);
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const idle = memoryOf(profile);
    await page.locator('input').setInputFiles(folder);
    const recipient = await identityToRecipient(await generateX25519Identity());
    const startedAt = performance.now();
    const done = await page.evaluate(runWorker, { recipient, task: STROKE_T1 });
    const seconds = (performance.now() - startedAt) / 1000;
    console.log(
      `${JSON.stringify(done)}\n${seconds.toFixed(0)} s to check, seal and upload ${(received / 1e9).toFixed(2)} GB`,
    );
    // By fifths of the time: memory that grew with the number of cases would show.
    const fifth = Math.ceil(samples.length / 5);
    const peaks = [0, 1, 2, 3, 4].map((part) =>
      Math.max(0, ...samples.slice(part * fifth, (part + 1) * fifth)),
    );
    console.log(`memory of the page's process in MiB: ${idle} idle, then at most ${peaks.join(', ')}`);
    if (received < wanted) throw new Error('The sealed set is smaller than the folder.');
    if (Math.max(...peaks) > 1024) process.exitCode = 1;
  } finally {
    clearInterval(sampling);
    await browser.close();
    server.close();
  }
}

async function read(request: IncomingMessage, take: (chunk: Buffer) => void): Promise<number> {
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    take(chunk as Buffer);
  }
  return bytes;
}

/** MiB in memory (RSS) of the largest process that draws pages. */
function memoryOf(profile: string): number {
  const lines = execFileSync('ps', ['-eo', 'rss=,args='], { encoding: 'utf8', maxBuffer: 1e8 }).split('\n');
  const own = lines.filter((line) => line.includes('--type=renderer') && line.includes(profile));
  const all = own.length > 0 ? own : lines.filter((line) => line.includes('--type=renderer'));
  return Math.round(Math.max(0, ...all.map((line) => Number.parseInt(line, 10))) / 1024);
}

/** In the page. */
function runWorker({ recipient, task }: { recipient: string; task: unknown }): Promise<unknown> {
  const worker = new Worker('/worker.js');
  const files = [...document.querySelector('input')!.files!].map((file) => ({
    path: file.webkitRelativePath,
    file,
  }));
  const place = { challenge: 'bench', phase: 'large', uploadAddress: '/upload' };
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      if (data.kind === 'report') worker.postMessage({ kind: 'seal', recipient, skipsBad: true });
      if (data.kind === 'failed') reject(new Error(data.message));
      if (data.kind === 'done') resolve(data);
    };
    worker.postMessage({ kind: 'check', place, files, rules: { task, connectivity: 6 }, allowsShear: false });
  });
}
