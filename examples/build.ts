/**
 * Builds the images of the example algorithms: `node examples/build.ts OUT [exec | invoke | batch]`, or
 * `node examples/build.ts OUT --template NAME` for those of a challenge template. Needs no engine and no registry: each
 * image contains the running node in a minimal root file system and one bundled script (image-archive.ts,
 * node-rootfs.ts), whose command selects the contract.
 */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Contract, contractSchema } from './algorithms/contracts/contract.ts';
import { bundleScript } from './images/bundle-script.ts';
import { buildImageArchive, type ImageArchive, type LayerEntry, writeLayer } from './images/image-archive.ts';
import { ALGORITHM_USER, imageArchitecture, NODE_PATH, nodeRootfs } from './images/node-rootfs.ts';

/** Of the task stroke-t1, under any contract. */
export const EXAMPLE_ALGORITHMS = ['asymmetry', 'threshold', 'empty', 'crash'] as const;
export type ExampleAlgorithm = (typeof EXAMPLE_ALGORITHMS)[number];

/**
 * By challenge template: the example algorithms, the best one first and the trivial baseline last, and the contract of
 * the template.
 */
export const TEMPLATE_ALGORITHMS = {
  'stroke-t1': { algorithms: EXAMPLE_ALGORITHMS, contract: 'exec' },
  isles26: { algorithms: ['isles26/asymmetry', 'isles26/empty'], contract: 'invoke' },
  outcome: { algorithms: ['outcome/linear', 'outcome/mean'], contract: 'exec' },
  'own-scorer': { algorithms: ['own-scorer/contrast', 'own-scorer/empty'], contract: 'exec' },
  'tissue-labels': { algorithms: ['tissue-labels/thresholds', 'tissue-labels/gray'], contract: 'exec' },
  'stroke-multimodal': {
    algorithms: ['stroke-multimodal/diffusion', 'stroke-multimodal/empty'],
    contract: 'exec',
  },
} as const satisfies Record<string, { algorithms: readonly string[]; contract: Contract }>;
export type TemplateName = keyof typeof TEMPLATE_ALGORITHMS;
/** The path of its script below examples/algorithms/, without the ending. */
export type AlgorithmName = (typeof TEMPLATE_ALGORITHMS)[TemplateName]['algorithms'][number];

const SCRIPT_PATH = '/app/algorithm.mjs';
const MIB = 2 ** 20;

/** Names the contract of an image, as grand-challenge.org reads it. */
const CONTRACT_LABEL = 'org.grand-challenge.api-method';

export interface ExampleOptions<Name extends AlgorithmName> {
  algorithms: readonly Name[];
  contract: Contract;
  /** Variables that the images set, each as `NAME=value`; they change the image IDs. */
  env?: readonly string[];
  /** Called with a log line after each step. */
  report?: (line: string) => void;
}

/** Builds one archive per algorithm in `folder`, as archiveName says. */
export async function buildExampleImages<Name extends AlgorithmName>(
  folder: string,
  { algorithms, contract, env = [], report = () => {} }: ExampleOptions<Name>,
): Promise<Record<Name, ImageArchive>> {
  await mkdir(folder, { recursive: true });
  const baseFile = path.join(folder, 'base-layer.tar');
  try {
    const started = performance.now();
    const base = await writeLayer(baseFile, await nodeRootfs());
    report(`base layer (node ${process.versions.node} and its libraries)  ${seconds(started)}`);
    const images: Partial<Record<Name, ImageArchive>> = {};
    for (const [index, algorithm] of algorithms.entries()) {
      const imageStarted = performance.now();
      const image = await buildImageArchive(path.join(folder, archiveName(algorithm)), {
        layers: [base, await scriptLayer(algorithm)],
        entrypoint: [NODE_PATH, SCRIPT_PATH],
        cmd: [contract],
        env,
        // A batch is no contract of grand-challenge.org.
        ...(contract === 'batch' ? {} : { labels: { [CONTRACT_LABEL]: contract } }),
        user: ALGORITHM_USER,
        workingDir: '/tmp',
        architecture: imageArchitecture(),
      });
      images[algorithm] = image;
      const place = `${index + 1} of ${algorithms.length}`;
      report(
        `${place}: ${path.basename(image.file)}  ${Math.round(image.bytes / MIB)} MiB  ${seconds(imageStarted)}`,
      );
    }
    return images as Record<Name, ImageArchive>;
  } finally {
    await rm(baseFile, { force: true });
  }
}

/** `isles26-asymmetry.tar` of `isles26/asymmetry` */
export function archiveName(algorithm: AlgorithmName): string {
  return `${algorithm.replace('/', '-')}.tar`;
}

async function scriptLayer(algorithm: AlgorithmName): Promise<LayerEntry[]> {
  return [
    { path: '/app/', mode: 0o755, type: 'directory' },
    { path: SCRIPT_PATH, mode: 0o644, content: await bundleAlgorithm(algorithm) },
  ];
}

export function bundleAlgorithm(algorithm: AlgorithmName): Promise<Uint8Array> {
  return bundleScript(new URL(`algorithms/${algorithm}.ts`, import.meta.url));
}

function seconds(started: number): string {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}

const USAGE = `Usage: node examples/build.ts OUT [exec | invoke | batch]
       node examples/build.ts OUT --template ${Object.keys(TEMPLATE_ALGORITHMS).join(' | ')}
Writes one image archive per example algorithm to OUT.`;

/** null if the arguments are invalid. */
function readArguments(args: readonly string[]) {
  const [folder, word, name, ...more] = args;
  if (folder === undefined || folder.startsWith('-') || more.length > 0) return null;
  if (word === '--template') {
    const known = name !== undefined && Object.hasOwn(TEMPLATE_ALGORITHMS, name);
    return known ? { folder, ...TEMPLATE_ALGORITHMS[name as TemplateName] } : null;
  }
  const contract = contractSchema.default('exec').safeParse(word);
  if (!contract.success || name !== undefined) return null;
  return { folder, algorithms: EXAMPLE_ALGORITHMS, contract: contract.data };
}

if (import.meta.main) {
  const call = readArguments(process.argv.slice(2));
  if (call === null) {
    console.error(USAGE);
    process.exit(2);
  }
  const { folder, ...options } = call;
  await buildExampleImages<AlgorithmName>(folder, { ...options, report: (line) => console.log(line) });
}
