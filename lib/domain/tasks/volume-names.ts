/** Endings of the files that hold a volume. */
export const VOLUME_ENDINGS = ['.nii.gz', '.nii', '.mha'] as const;
/** The same at the end of a name, in lower or upper case. */
export const VOLUME_NAME = new RegExp(
  `(?:${VOLUME_ENDINGS.map((ending) => ending.replaceAll('.', String.raw`\.`)).join('|')})$`,
  'i',
);
