import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { buildImageArchive, type ImageArchive, type LayerEntry } from '#examples/images/image-archive.ts';
import { debianPythonLayer } from '#test/support/images/debian-rootfs.ts';

/** Containers as other people write them for grand-challenge.org, each a folder beside this file. */
export type Stranger = 'server' | 'program' | 'scorer';

/** What each is started with, and the label that its template has. */
const STRANGERS: Readonly<Record<Stranger, { script: string; apiMethod?: string }>> = {
  server: { script: 'app.py', apiMethod: 'invoke' },
  program: { script: 'inference.py' },
  scorer: { script: 'evaluate.py' },
};

/** Writes the archive that `docker save` writes of such an image. */
export async function buildStranger(file: string, stranger: Stranger): Promise<ImageArchive> {
  const { script, apiMethod } = STRANGERS[stranger];
  return buildImageArchive(file, {
    layers: [
      await debianPythonLayer(),
      await filesOf('SimpleITK', 'usr/lib/python3/dist-packages/SimpleITK/'),
      await filesOf(stranger, 'opt/app/'),
    ],
    entrypoint: ['python', script],
    workingDir: '/opt/app',
    // An image of our own for each process that tests, because another one removes its images.
    env: ['PYTHONUNBUFFERED=1', `HELDOUT_TEST=${process.pid}`],
    user: '1000:1000',
    ...(apiMethod !== undefined && { labels: { 'org.grand-challenge.api-method': apiMethod } }),
  });
}

async function filesOf(folder: string, to: string): Promise<LayerEntry[]> {
  const from = path.join(import.meta.dirname, folder);
  const names = (await readdir(from)).filter((name) => name.endsWith('.py'));
  return [
    { path: to, mode: 0o755, type: 'directory' },
    ...names.map((name) => ({ path: `${to}${name}`, mode: 0o644, content: { file: path.join(from, name) } })),
  ];
}
