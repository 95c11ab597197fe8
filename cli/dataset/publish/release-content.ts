import { stat } from 'node:fs/promises';
import path from 'node:path';
import { CommandError } from '#cli/command.ts';
import { type Dataset, truthPaths } from '#cli/dataset/case.ts';
import { type ListedFile, listFiles } from '#cli/dataset/files/list-files.ts';
import { MAX_RELEASE_FILES, pathProblem } from '#lib/domain/datasets/release.ts';
import { VOLUME_NAME } from '#lib/domain/tasks/volume-names.ts';
import type { ReleaseSource } from './variant-archive.ts';

export interface ReleaseContent {
  files: ReleaseSource[];
  /** Left out, because the annotations are withheld. */
  withheld: string[];
  hasTruth: boolean;
}

/**
 * The files of a folder that are released. Where annotations are withheld, an image that isn't known as an input is
 * left out too, because it can be another mask. Throws CommandError that names each file that no release can hold.
 */
export async function releaseContent(
  { root, cases }: Dataset,
  { withholdsTruth }: { withholdsTruth: boolean },
): Promise<ReleaseContent> {
  if (!(await stat(root)).isDirectory())
    throw new CommandError(`${root} is a table. A release is a folder: pass the folder that it describes.`);
  const inputs = new Set(cases.flatMap((one) => Object.values(one.inputs).map(({ path }) => place(path))));
  const truths = new Set(cases.flatMap((one) => Object.values(one.truths).flatMap(truthPaths)).map(place));
  const isWithheld = (file: ListedFile) =>
    withholdsTruth &&
    (truths.has(place(file.path)) || (VOLUME_NAME.test(file.base) && !inputs.has(place(file.path))));
  const listed = await listFiles(root);
  const released = listed.filter((file) => !isWithheld(file));
  requirePaths(released);
  const files = await Promise.all(
    released.map(async ({ path, relative }) => ({ path, relative, bytes: await sizeOf(path) })),
  );
  const withheld = listed.filter(isWithheld).map(({ relative }) => relative);
  return { files, withheld, hasTruth: !withholdsTruth && truths.size > 0 };
}

const place = (file: string) => path.resolve(file);

function requirePaths(files: readonly ListedFile[]): void {
  if (files.length > MAX_RELEASE_FILES)
    throw new CommandError(
      `The folder has ${files.length} files; a release has at most ${MAX_RELEASE_FILES}.`,
    );
  const taken = new Map<string, string>();
  const problems = files.flatMap(({ relative }) => {
    const problem = pathProblem(relative);
    const twin = taken.get(relative.toLowerCase());
    taken.set(relative.toLowerCase(), relative);
    if (problem) return [`${relative} ${problem}`];
    return twin ? [`${relative} and ${twin} are one file where upper and lower case are the same`] : [];
  });
  if (problems.length > 0)
    throw new CommandError(
      `${problems.length} files can't be released under their names. Rename them.\n  ${problems.join('\n  ')}`,
    );
}

async function sizeOf(file: string): Promise<number> {
  const { size } = await stat(file).catch((error: NodeJS.ErrnoException) => {
    const why =
      error.code === 'ENOENT'
        ? 'it is a link to a file that isn’t here. Get it (datalad get)'
        : error.message;
    throw new CommandError(`${file}: ${why}`);
  });
  return size;
}
