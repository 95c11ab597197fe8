/**
 * What a data set holds. `lesions` and `outcomes` have the same images: scans on the template's grid with lesions.
 * `native`: as each site's scanner stores them. `tissues`: brains without lesions, and their tissues. `multimodal`:
 * DWI, ADC and FLAIR, each on its own grid.
 */
export const VARIANTS = ['lesions', 'native', 'outcomes', 'tissues', 'multimodal'] as const;
export type Variant = (typeof VARIANTS)[number];

interface Names {
  session: string;
  /** Of the facts, below the folder of the subject. */
  folder: string;
  /** What follows the subject and the session in the name of the facts, without the ending. */
  facts: string;
}

const LESIONS: Names = {
  session: 'ses-1',
  folder: 'ses-1/anat',
  facts: 'space-MNI152NLin2009aSym_label-L_desc-T1lesion_truth',
};
const NAMES: Readonly<Record<Variant, Names>> = {
  lesions: LESIONS,
  outcomes: LESIONS,
  native: { ...LESIONS, facts: 'space-orig_label-lesion_desc-T1lesion_truth' },
  tissues: { ...LESIONS, facts: 'space-MNI152NLin2009aSym_dseg_truth' },
  multimodal: { session: 'ses-0001', folder: 'ses-0001', facts: 'msk_truth' },
};

/** The path of a case's facts below the folder of its subject. */
export function factsPath(variant: Variant, subject: string): string {
  const { folder, session, facts } = NAMES[variant];
  return `${folder}/${subject}_${session}_${facts}.json`;
}

/** Variants whose voxels differ from those of `lesions` name themselves in the facts. */
export function spaceOf(variant: Variant): { space?: Variant } {
  return variant === 'lesions' || variant === 'outcomes' ? {} : { space: variant };
}
