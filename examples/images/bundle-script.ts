import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** Bundles a script and all its imports as one ES module, for the node of an image. */
export async function bundleScript(entry: URL): Promise<Uint8Array> {
  const result = await build({
    entryPoints: [fileURLToPath(entry)],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'silent',
  });
  return result.outputFiles[0]!.contents;
}
