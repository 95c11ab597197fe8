/**
 * Builds the images of the example algorithms: `node examples/build.ts OUT [exec | invoke | batch]`. Needs no
 * engine and no registry: each image contains the running node in a minimal root file system and one bundled
 * script (image-archive.ts, node-rootfs.ts), whose command selects the contract.
 */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Contract, contractSchema } from './algorithms/contracts/contract.ts';
import { bundleScript } from './images/bundle-script.ts';
import { buildImageArchive, type ImageArchive, type LayerEntry, writeLayer } from './images/image-archive.ts';
import { ALGORITHM_USER, imageArchitecture, NODE_PATH, nodeRootfs } from './images/node-rootfs.ts';

export const EXAMPLE_ALGORITHMS = ['asymmetry', 'threshold', 'empty', 'crash'] as const;
export type ExampleAlgorithm = (typeof EXAMPLE_ALGORITHMS)[number];

const SCRIPT_PATH = '/app/algorithm.mjs';
const MIB = 2 ** 20;

export interface ExampleOptions {
  /** Default: exec. */
  contract?: Contract;
  /** Variables that the images set, each as `NAME=value`; they change the image IDs. */
  env?: readonly string[];
  /** Called with a log line after each step. */
  report?: (line: string) => void;
}

/** Builds one archive per algorithm in `folder`, as `<algorithm>.tar`. */
export async function buildExampleImages(
  folder: string,
  { contract = 'exec', env = [], report = () => {} }: ExampleOptions = {},
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
      const image = await buildImageArchive(path.join(folder, `${algorithm}.tar`), {
        layers: [base, await scriptLayer(algorithm)],
        entrypoint: [NODE_PATH, SCRIPT_PATH],
        cmd: [contract],
        env,
        user: ALGORITHM_USER,
        workingDir: '/tmp',
        architecture: imageArchitecture(),
      });
      images[algorithm] = image;
      const place = `${index + 1} of ${EXAMPLE_ALGORITHMS.length}`;
      report(`${place}: ${algorithm}.tar  ${Math.round(image.bytes / MIB)} MiB  ${seconds(imageStarted)}`);
    }
    return images as Record<ExampleAlgorithm, ImageArchive>;
  } finally {
    await rm(baseFile, { force: true });
  }
}

async function scriptLayer(algorithm: ExampleAlgorithm): Promise<LayerEntry[]> {
  return [
    { path: '/app/', mode: 0o755, type: 'directory' },
    { path: SCRIPT_PATH, mode: 0o644, content: await bundleAlgorithm(algorithm) },
  ];
}

export function bundleAlgorithm(algorithm: ExampleAlgorithm): Promise<Uint8Array> {
  return bundleScript(new URL(`algorithms/${algorithm}.ts`, import.meta.url));
}

function seconds(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}

if (import.meta.main) {
  const [folder, name] = process.argv.slice(2);
  const contract = contractSchema.default('exec').safeParse(name);
  if (folder === undefined || !contract.success) {
    console.error(
      'Usage: node examples/build.ts OUT [exec | invoke | batch]\nWrites one image archive an example algorithm to OUT.',
    );
    process.exit(2);
  }
  await buildExampleImages(folder, { contract: contract.data, report: (line) => console.log(line) });
}
