import { z } from 'zod';
import { slugOf } from '#lib/domain/names/slug.ts';
import { VOLUME_ENDINGS } from './volume-names.ts';

/**
 * An input or an output of a case is a socket, in the vocabulary of grand-challenge.org, so that containers written
 * for it run here unchanged.
 */

/** Images are read and written without names; values and files are passed as they are. */
export type SuperKind = 'Image' | 'Value' | 'File';

const IMAGE_KINDS = ['Image', 'Segmentation', 'Heat Map'] as const;
const VALUE_KINDS = ['String', 'Integer', 'Float', 'Bool', 'Anything'] as const;
/** The ending that the name of such a file must have. */
const FILE_ENDINGS = {
  CSV: '.csv',
  TSV: '.tsv',
  JSON: '.json',
  TXT: '.txt',
  PDF: '.pdf',
  ZIP: '.zip',
  NPY: '.npy',
  NPZ: '.npz',
  HDF5: '.h5',
  OBJ: '.obj',
  STL: '.stl',
  MP4: '.mp4',
} as const;
const FILE_KINDS = Object.keys(FILE_ENDINGS) as (keyof typeof FILE_ENDINGS)[];

const kindSchema = z.enum([...IMAGE_KINDS, ...VALUE_KINDS, ...FILE_KINDS], {
  error: (issue) =>
    `must be one of ${[...IMAGE_KINDS, ...VALUE_KINDS, ...FILE_KINDS].join(', ')}${
      typeof issue.input === 'string' ? `, not "${issue.input.slice(0, 40)}"` : ''
    }.`,
});
export type SocketKind = z.infer<typeof kindSchema>;

export function superKindOf(kind: SocketKind): SuperKind {
  if ((IMAGE_KINDS as readonly string[]).includes(kind)) return 'Image';
  return (VALUE_KINDS as readonly string[]).includes(kind) ? 'Value' : 'File';
}

/** File formats of images. `.png` and `.tif` hold pictures: one plane, without millimetres. */
export const IMAGE_FORMATS = ['nii.gz', 'mha', 'png', 'tif'] as const;
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

/** The list of what is in /input, beside the inputs themselves. */
const RESERVED_PATH = 'inputs.json';
const PATH_PART = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

export const socketSlugSchema = slugOf('t1-brain-mri');

export const socketSchema = z
  .strictObject({
    slug: socketSlugSchema,
    title: z.string().trim().min(1).max(80),
    kind: kindSchema,
    /** Follows from the kind; may be left out. */
    super_kind: z.enum(['Image', 'Value', 'File']).optional(),
    /** Below /input or /output: the folder of an image, or the path of a value's or a file's one file. */
    relative_path: z.string().min(1).max(200).refine(staysInFolder, {
      message:
        'must be a path inside the folder, of letters, digits and . _ - between single slashes, without "..".',
    }),
    /** Of an image only. */
    format: z.enum(IMAGE_FORMATS).optional(),
    /** Of an image under the contract batch: what follows sub-<id>_ses-1_ in its BIDS name. */
    bids: z
      .string()
      .max(100)
      .regex(
        /^([A-Za-z0-9]+-[A-Za-z0-9]+_)*[A-Za-z0-9]+$/,
        'must be BIDS entities and a suffix, as in "acq-3T_T1w".',
      )
      .optional(),
    /** Of an Integer or a Float: the unit, for tables. */
    unit: z.string().trim().min(1).max(20).optional(),
    /** An input that a case may lack, or an output that a container need not write, is not required. */
    required: z.boolean().default(true),
  })
  .superRefine((socket, context) => {
    const problem = findSocketProblem(socket);
    if (problem) context.addIssue({ code: 'custom', path: [problem.field], message: problem.message });
  })
  .transform((socket) => ({ ...socket, super_kind: superKindOf(socket.kind) }));
export type Socket = z.output<typeof socketSchema>;

function staysInFolder(path: string): boolean {
  return path.split('/').every((part) => PATH_PART.test(part));
}

type Field = 'super_kind' | 'relative_path' | 'format' | 'bids';

function findSocketProblem({
  kind,
  super_kind: given,
  relative_path: path,
  format,
  bids,
}: {
  kind: SocketKind;
  super_kind?: SuperKind | undefined;
  relative_path: string;
  format?: ImageFormat | undefined;
  bids?: string | undefined;
}): { field: Field; message: string } | null {
  const superKind = superKindOf(kind);
  if (given !== undefined && given !== superKind) {
    return { field: 'super_kind', message: `must be ${superKind}, because the kind is ${kind}.` };
  }
  if (superKind === 'Image') {
    return format === undefined
      ? { field: 'format', message: `is missing: an image is one of ${IMAGE_FORMATS.join(', ')}.` }
      : null;
  }
  if (bids !== undefined) return { field: 'bids', message: `is for images only; ${kind} has none.` };
  if (format !== undefined) return { field: 'format', message: `is for images only; ${kind} has none.` };
  const ending = superKind === 'Value' ? '.json' : FILE_ENDINGS[kind as keyof typeof FILE_ENDINGS];
  if (path === RESERVED_PATH) {
    return { field: 'relative_path', message: `must not be ${RESERVED_PATH}, which lists the inputs.` };
  }
  return path.toLowerCase().endsWith(ending)
    ? null
    : { field: 'relative_path', message: `must end in ${ending}, because the kind is ${kind}.` };
}

/** Whether one path is the other, or a folder that the other one lies in. */
export function pathsCollide(first: string, second: string): boolean {
  return `${first}/`.startsWith(`${second}/`) || `${second}/`.startsWith(`${first}/`);
}

/** The endings under which an image of a socket is accepted. Volumes may come in any of their formats. */
export function imageEndings(format: ImageFormat): readonly string[] {
  if (format === 'png') return ['.png'];
  if (format === 'tif') return ['.tif', '.tiff'];
  return VOLUME_ENDINGS;
}

/** "T1-weighted MRI (.nii.gz); Age (.json, optional)" */
export function describeSockets(sockets: readonly Socket[]): string {
  return sockets
    .map(({ title, format, relative_path: path, required }) => {
      const ending = format ?? path.slice(path.lastIndexOf('.') + 1);
      return `${title} (.${ending}${required ? '' : ', optional'})`;
    })
    .join('; ');
}
