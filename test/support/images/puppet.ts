import { buildImageArchive, type ImageArchive } from '#examples/images/image-archive.ts';
import { NODE_PATH, nodeRootfs } from '#examples/images/node-rootfs.ts';

/**
 * A server that is controlled by its scans: the file in /input is a script that runs on each POST /invoke. It
 * gets the raw `socket`, `fs`, `state` (kept between cases), `mask(text)`, which writes a mask, and
 * `reply(status)`. The image's argument is a script that runs at start-up and may replace
 * `hooks.health(socket)`.
 */
const SERVER = `
import * as fs from 'node:fs';
import * as child from 'node:child_process';
import net from 'node:net';
const MASK = '/output/images/stroke-lesion-segmentation';
const Script = Object.getPrototypeOf(async () => {}).constructor;
const state = {};
const answer = (socket, status) => socket.end('HTTP/1.1 ' + status + ' Status\\r\\nContent-Length: 0\\r\\n\\r\\n');
const hooks = { health: (socket) => answer(socket, 200) };
const mask = (text) => { fs.mkdirSync(MASK, { recursive: true }); fs.writeFileSync(MASK + '/m.nii.gz', text); };
const serve = (socket) => {
  socket.on('error', () => {});
  socket.once('data', async (data) => {
    const request = data.toString();
    if (request.startsWith('GET /health ')) return hooks.health(socket);
    const [file] = fs.readdirSync('/input/images/t1-brain-mri');
    const script = fs.readFileSync('/input/images/t1-brain-mri/' + file, 'utf8');
    await new Script('socket', 'fs', 'child', 'state', 'mask', 'reply', 'request', script)(
      socket, fs, child, state, mask, (status) => answer(socket, status), request);
  });
};
await new Script('fs', 'hooks', 'answer', process.argv[2] ?? '')(fs, hooks, answer);
net.createServer(serve).listen(4743, '0.0.0.0');
`;

export async function buildPuppetImage(file: string, user: string): Promise<ImageArchive> {
  return buildImageArchive(file, {
    layers: [await nodeRootfs(), [{ path: 'server.mjs', mode: 0o644, content: Buffer.from(SERVER) }]],
    entrypoint: [NODE_PATH, '/server.mjs'],
    user,
  });
}
