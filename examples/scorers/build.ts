/**
 * Builds the image of the example scorer without an engine and without a registry:
 * `node examples/scorers/build.ts FILE.tar [exec | invoke]`. Its Dockerfile builds the same with Docker.
 */
import { bundleScript } from '#examples/images/bundle-script.ts';
import { buildImageArchive, type ImageArchive } from '#examples/images/image-archive.ts';
import { ALGORITHM_USER, imageArchitecture, NODE_PATH, nodeRootfs } from '#examples/images/node-rootfs.ts';

const METHODS = ['exec', 'invoke'] as const;
type Method = (typeof METHODS)[number];
const SCRIPT_PATH = '/app/scorer.mjs';

export interface ScorerOptions {
  /** Default: exec. */
  method?: Method;
  /** Variables that the image sets, each as `NAME=value`; they change its ID. */
  env?: readonly string[];
}

export async function buildExampleScorer(
  file: string,
  { method = 'exec', env = [] }: ScorerOptions = {},
): Promise<ImageArchive> {
  const script = await bundleScript(new URL('own-scorer/scorer.ts', import.meta.url));
  return buildImageArchive(file, {
    layers: [
      await nodeRootfs(),
      [
        { path: '/app/', mode: 0o755, type: 'directory' },
        { path: SCRIPT_PATH, mode: 0o644, content: script },
      ],
    ],
    entrypoint: [NODE_PATH, SCRIPT_PATH],
    cmd: [method],
    labels: { 'org.grand-challenge.api-method': method },
    env,
    user: ALGORITHM_USER,
    workingDir: '/tmp',
    architecture: imageArchitecture(),
  });
}

if (import.meta.main) {
  const [file, name = 'exec'] = process.argv.slice(2);
  const method = METHODS.find((known) => known === name);
  if (file === undefined || method === undefined) {
    console.error('Usage: node examples/scorers/build.ts FILE.tar [exec | invoke]');
    process.exit(2);
  }
  const { bytes, imageId } = await buildExampleScorer(file, { method });
  console.log(`${file}  ${Math.round(bytes / 2 ** 20)} MiB  ${imageId}`);
}
