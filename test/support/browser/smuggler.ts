import { createHash } from 'node:crypto';
import { buildShellImage } from '#test/support/images/busybox.ts';
import { onSmallGrid, smallCase } from './small-dataset.ts';

/**
 * A container that tells what it saw of a hidden scan by everything that it can write: the log, the exit code, the
 * text of an error, the names of its files, the time that it takes. What it tells is a hash of the scan's voxels,
 * which nobody knows who has not seen them.
 */
const MASK_FOLDER = '/output/images/stroke-lesion-segmentation';
const MARK = 'SMUGGLED';
const EXIT_CODE = 77;
/** Refused as no mask, with a message that names it. */
const TELLING_VALUE = 0.734375;

/** What would be read by the team if any of it got through: what the log and the messages of these cases hold. */
export function tracesOf(caseCount: number): string[] {
  const hashes = Array.from({ length: caseCount }, (_, i) => hashOfCase(i + 1));
  return [`${MARK}-LOG`, `${MARK}-ERROR`, ...hashes, String(TELLING_VALUE), 'at voxel', `code ${EXIT_CODE}`];
}

/** Of the voxels, as they stand behind a NIfTI-1 header of 352 bytes. */
function hashOfCase(number: number): string {
  const { scan } = smallCase(number);
  return createHash('md5').update(new Uint8Array(scan.buffer)).digest('hex').slice(0, 12);
}

/** The first case ends with an error, the second's mask is none, the third takes its time; the others go well. */
export async function buildSmuggler(file: string): Promise<void> {
  const script = `
    scan=$(echo /input/images/t1-brain-mri/*)
    hash=$(gunzip -c $scan | tail -c +353 | md5sum | cut -c 1-12)
    echo "${MARK}-LOG-$hash named $(basename $scan)"; echo "${MARK}-ERROR-$hash" >&2
    mkdir -p ${MASK_FOLDER}; cp $scan /output/${MARK}-$hash.nii.gz
    mask=/empty.nii.gz
    case $hash in
      ${hashOfCase(1)}) exit ${EXIT_CODE} ;;
      ${hashOfCase(2)}) mask=/telling.nii.gz ;;
      ${hashOfCase(3)}) sleep 2 ;;
    esac
    cp $mask ${MASK_FOLDER}/${MARK}-$hash.nii.gz`;
  await buildShellImage(file, {
    script,
    files: [
      { path: 'empty.nii.gz', mode: 0o644, content: onSmallGrid() },
      { path: 'telling.nii.gz', mode: 0o644, content: tellingMask() },
    ],
  });
}

function tellingMask(): Uint8Array {
  const values = new Float32Array(smallCase(1).truth.length);
  values[0] = TELLING_VALUE;
  return onSmallGrid(values);
}
