import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type Segmenter, segmentFile } from '#examples/algorithms/volumes/scan-file.ts';

const SCAN_SLUG = 't1-brain-mri';
const MASK_FILE = 'images/stroke-lesion-segmentation/lesion.nii.gz';

/** Newer templates use `socket`, older ones `interface`. Each entry has both, and reading one is enough. */
const inputsSchema = z.array(
  z.object({
    socket: z.object({ slug: z.string(), relative_path: z.string() }),
    image: z.object({ name: z.string() }).nullable(),
  }),
);

/**
 * Answers one case in the layout of the contracts `exec` and `invoke`: reads the scan that inputs.json names
 * and writes one mask.
 *
 * @param root the folder that contains `input` and `output`: `/` in a container.
 */
export function answerCase(root: string, segment: Segmenter): void {
  const inputFolder = path.join(root, 'input');
  const inputs = inputsSchema.parse(JSON.parse(readFileSync(path.join(inputFolder, 'inputs.json'), 'utf8')));
  const input = inputs.find((entry) => entry.socket.slug === SCAN_SLUG);
  if (!input?.image) throw new Error(`inputs.json lists no image "${SCAN_SLUG}"`);
  const scanFile = path.join(inputFolder, input.socket.relative_path, input.image.name);
  segmentFile(scanFile, path.join(root, 'output', MASK_FILE), segment);
}
