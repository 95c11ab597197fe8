import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { uploadFile } from '#cli/site/upload.ts';
import { ROUTES } from '#lib/api/routes.ts';

const BODY = Buffer.alloc(300_000, 'x');
const STORED = {
  image: { id: '019a0000-0000-7000-8000-000000000000', fileName: 'a.tar', bytes: 3, sha256: 'ab'.repeat(32) },
};

let folder: string;
let file: string;
let server: Server;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heldout-upload-'));
  file = join(folder, 'image.tar');
  writeFileSync(file, BODY);
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

/** Receives uploads, reads each completely, loses the answers to the first ones, and answers the others. */
async function serve(lost: number) {
  const seen: { key: string | undefined; bytes: number }[] = [];
  server = createServer(async (request, response) => {
    const { length } = await buffer(request);
    seen.push({ key: request.headers['idempotency-key'] as string | undefined, bytes: length });
    if (seen.length <= lost) return request.socket.destroy();
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(STORED));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/images`);
  const send = () => uploadFile({ route: ROUTES.uploadImage, url, token: 'hld_x', file, waitsMs: [0, 0] });
  return { seen, send };
}

test('if the answer is lost, the file is sent again with the same key', async () => {
  const { seen, send } = await serve(1);
  expect(await send()).toEqual(STORED);
  expect(seen).toEqual([seen[0], seen[0]]);
  expect(seen[0]).toEqual({ key: expect.stringMatching(/^"[0-9a-f]{32}"$/), bytes: BODY.length });
});

test('after three lost answers, the message claims neither that the file was stored nor that it wasn’t', async () => {
  const { seen, send } = await serve(3);
  await expect(send()).rejects.toThrow(/The site didn't confirm that it has the file/);
  expect(seen).toHaveLength(3);
});

test('a site that can’t be reached is reported at once', async () => {
  const { seen, send } = await serve(0);
  await new Promise((resolve) => server.close(resolve));
  await expect(send()).rejects.toThrow(/can't be reached/);
  expect(seen).toEqual([]);
});
