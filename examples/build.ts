/**
 * Builds the images of the example algorithms: `node examples/build.ts OUT`. No engine, no registry: each is
 * the running node in a bare root file system and one bundled script (image-archive.ts, node-rootfs.ts).
 */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { buildImageArchive, type ImageArchive, type LayerFile, writeLayer } from './image-archive.ts';
import { ALGORITHM_USER, imageArchitecture, NODE_PATH, nodeRootfs } from './node-rootfs.ts';

export const EXAMPLE_ALGORITHMS = ['asymmetry', 'threshold', 'empty', 'crash'] as const;
export type ExampleAlgorithm = (typeof EXAMPLE_ALGORITHMS)[number];

const SCRIPT_PATH = '/app/algorithm.mjs';
const MIB = 2 ** 20;

/**
 * Build one archive an algorithm into `folder`, as `<algorithm>.tar`.
 *
 * @param report is told each step that is done, in a line that a reader can follow.
 * @param env variables that the images set, `NAME=value` each: other variables, other image IDs.
 */
export async function buildExampleImages(
  folder: string,
  report: (line: string) => void = () => {},
  env: readonly string[] = [],
): Promise<Record<ExampleAlgorithm, ImageArchive>> {
  await mkdir(folder, { recursive: true });
  const baseFile = path.join(folder, 'base-layer.tar');
  try {
    const started = performance.now();
    const base = await writeLayer(baseFile, await nodeRootfs());
    report(`base layer (node ${process.versions.node} and its libraries)  ${seconds(started)}`);
    const images: Partial<Record<ExampleAlgorithm, ImageArchive>> = {};
    for (const [index, algorithm] of EXAMPLE_ALGORITHMS.entries()) {
      const imageStarted = performance.now();
      const image = await buildExampleImage(path.join(folder, `${algorithm}.tar`), algorithm, base, env);
      images[algorithm] = image;
      const place = `${index + 1} of ${EXAMPLE_ALGORITHMS.length}`;
      report(`${place}: ${algorithm}.tar  ${Math.round(image.bytes / MIB)} MiB  ${seconds(imageStarted)}`);
    }
    return images as Record<ExampleAlgorithm, ImageArchive>;
  } finally {
    await rm(baseFile, { force: true });
  }
}

async function buildExampleImage(
  file: string,
  algorithm: ExampleAlgorithm,
  base: LayerFile,
  env: readonly string[],
): Promise<ImageArchive> {
  return buildImageArchive(file, {
    layers: [
      base,
      [
        { path: '/app/', mode: 0o755, type: 'directory' },
        { path: SCRIPT_PATH, mode: 0o644, content: await bundleAlgorithm(algorithm) },
      ],
    ],
    entrypoint: [NODE_PATH, SCRIPT_PATH],
    env,
    user: ALGORITHM_USER,
    workingDir: '/tmp',
    architecture: imageArchitecture(),
  });
}

/** The algorithm and all that it imports as one ES module. */
export async function bundleAlgorithm(algorithm: ExampleAlgorithm): Promise<Uint8Array> {
  const result = await build({
    entryPoints: [fileURLToPath(new URL(`algorithms/${algorithm}.ts`, import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'silent',
  });
  return result.outputFiles[0]!.contents;
}

function seconds(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) {
    console.error('Usage: node examples/build.ts OUT\nWrites one image archive an example algorithm to OUT.');
    process.exit(2);
  }
  await buildExampleImages(folder, (line) => console.log(line));
}
