/** Files of one case that can be looked at together. */
export interface ScanCase {
  /** "sub-1_ses-1" */
  name: string;
  image: string;
  /** Of the lesions; null if the variant has none for this case. */
  mask: string | null;
}

const CASE = /^(sub-[0-9A-Za-z]+(?:_ses-[0-9A-Za-z]+)?)_/;
const VOLUME = /\.nii(\.gz)?$/;
/** What names of masks of lesions have, in BIDS and in the releases of ATLAS and ISLES. */
const LESION = /lesion|label-L|_dseg|-msk/i;
const OTHER_MASK = /mask|_roi/i;

/** The cases among the files of a variant, by the names that BIDS gives them, in the order of their paths. */
export function scanCases(paths: readonly string[]): ScanCase[] {
  const groups = Map.groupBy(
    paths.filter((path) => VOLUME.test(path)),
    (path) => CASE.exec(nameOf(path))?.[1],
  );
  return [...groups].flatMap(([name, files]) => {
    if (name === undefined) return [];
    const images = files.filter((path) => !LESION.test(nameOf(path)) && !OTHER_MASK.test(nameOf(path)));
    const image = images.find((path) => /_T1w\./.test(path)) ?? images[0];
    if (image === undefined) return [];
    return [{ name, image, mask: files.find((path) => LESION.test(nameOf(path))) ?? null }];
  });
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
