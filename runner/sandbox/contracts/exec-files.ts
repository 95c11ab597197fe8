import type { CaseInput } from '#runner/types.ts';

/** The files of the contract `exec`: what /input contains, and where a mask is expected in /output. */

export interface InputFile {
  /** Relative to /input. */
  path: string;
  bytes: Uint8Array;
}

export const MASK_FOLDER = 'images/stroke-lesion-segmentation';
/** For messages. */
export const EXPECTED_MASK = `.nii.gz, .nii or .mha file in /output/${MASK_FOLDER}`;
export const MAP_FOLDER = 'images/lesion-probability-map';

const SCAN = {
  slug: 't1-brain-mri',
  kind: 'Image',
  super_kind: 'Image',
  relative_path: 'images/t1-brain-mri',
};
const METADATA = {
  slug: 'stroke-metadata',
  kind: 'Any',
  super_kind: 'Value',
  relative_path: 'stroke-metadata.json',
};

/**
 * The scan, its metadata if the phase provides any, and the list of inputs by which templates select their
 * handler.
 */
export function execInputFiles({ id, format, scan, metadata }: CaseInput): InputFile[] {
  const name = `${id}.${format === 'MHA' ? 'mha' : 'nii.gz'}`;
  const inputs = [
    entry(SCAN, { image: { name } }),
    ...(metadata ? [entry(METADATA, { value: metadata })] : []),
  ];
  return [
    { path: `${SCAN.relative_path}/${name}`, bytes: scan },
    ...(metadata ? [json(METADATA.relative_path, metadata)] : []),
    json('inputs.json', inputs),
  ];
}

/** Older templates read `interface`, newer ones `socket`. */
function entry(socket: typeof SCAN, content: { image?: { name: string }; value?: unknown }) {
  return {
    interface: socket,
    socket,
    image: content.image ?? null,
    value: content.value ?? null,
    file: null,
  };
}

function json(path: string, value: unknown): InputFile {
  return { path, bytes: Buffer.from(`${JSON.stringify(value, null, 2)}\n`) };
}
