import { createWriteStream } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { DatasetError } from '#examples/synthetic/dataset.ts';
import { encodePng } from '#runner/imaging/pictures/encode-png.ts';
import { HEIGHT, paintPicture, WIDTH } from './picture.ts';

/**
 * Writes photos, cases.csv, which names them, and truth.tar with the labels under the names of the photos: the archive
 * for the organizer's scorer. Throws DatasetError if the folder isn't empty.
 */
export async function writePictures(
  out: string,
  seed: string,
  caseCount: number,
  onProgress: (done: number) => void,
): Promise<void> {
  await mkdir(path.join(out, 'photos'), { recursive: true });
  const others = (await readdir(out)).filter((name) => name !== 'photos');
  if (others.length > 0) throw new DatasetError(`${out} is not empty. Choose a new folder.`);
  const truth = pack();
  const written = pipeline(truth, createWriteStream(path.join(out, 'truth.tar')));
  const rows: string[] = [];
  for (let index = 0; index < caseCount; index++) {
    const { photo, labels } = paintPicture(seed, index);
    const name = `picture-${String(index + 1).padStart(4, '0')}`;
    await writeFile(path.join(out, 'photos', `${name}.png`), encodePng(WIDTH, HEIGHT, photo, 'gray'));
    const bytes = Buffer.from(encodePng(WIDTH, HEIGHT, labels, 'gray'));
    truth.entry({ name: `${name}.png`, mtime: new Date(0) }, bytes);
    rows.push(`${name},photos/${name}.png`);
    onProgress(index + 1);
  }
  truth.finalize();
  await written;
  // Last, so that a data set that was interrupted has no cases.
  await writeFile(path.join(out, 'cases.csv'), ['case,input:photo', ...rows, ''].join('\n'));
}
