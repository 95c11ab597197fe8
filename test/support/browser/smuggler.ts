import { createHash } from 'node:crypto';
import { buildShellImage } from '#test/support/images/busybox.ts';
import { MASK_FOLDER } from './served.ts';
import { onSmallGrid, smallCase } from './small-dataset.ts';

/**
 * A container that tries to reveal a hidden scan through everything that it can write: the log, the exit
 * code, error messages, file names and its duration. It reveals a hash of the scan's voxels, which only
 * someone with access to the scan can know.
 */
const MARK = 'SMUGGLED';
const EXIT_CODE = 77;
/** Rejected as a mask value, with a message that contains it. */
const MARKER_VALUE = 0.734375;

/** Texts that a team would see if anything leaked: they are in the logs and messages of these cases. */
export function tracesOf(caseCount: number): string[] {
  const hashes = Array.from({ length: caseCount }, (_, i) => hashOfCase(i + 1));
  return [`${MARK}-LOG`, `${MARK}-ERROR`, ...hashes, String(MARKER_VALUE), 'at voxel', `code ${EXIT_CODE}`];
}

/** The hash of the voxels, which follow a NIfTI-1 header of 352 bytes. */
function hashOfCase(number: number): string {
  const { scan } = smallCase(number);
  return createHash('md5').update(new Uint8Array(scan.buffer)).digest('hex').slice(0, 12);
}

/**
 * The first case exits with an error, the second writes an invalid mask, the third takes longer, and the
 * others succeed.
 */
export async function buildSmuggler(file: string): Promise<void> {
  const script = `
    scan=$(echo /input/images/t1-brain-mri/*)
    hash=$(gunzip -c $scan | tail -c +353 | md5sum | cut -c 1-12)
    echo "${MARK}-LOG-$hash named $(basename $scan)"; echo "${MARK}-ERROR-$hash" >&2
    mkdir -p ${MASK_FOLDER}; cp $scan /output/${MARK}-$hash.nii.gz
    mask=/empty.nii.gz
    case $hash in
      ${hashOfCase(1)}) exit ${EXIT_CODE} ;;
      ${hashOfCase(2)}) mask=/marker.nii.gz ;;
      ${hashOfCase(3)}) sleep 2 ;;
    esac
    cp $mask ${MASK_FOLDER}/${MARK}-$hash.nii.gz`;
  await buildShellImage(file, {
    script,
    files: [
      { path: 'empty.nii.gz', mode: 0o644, content: onSmallGrid() },
      { path: 'marker.nii.gz', mode: 0o644, content: markerMask() },
    ],
  });
}

function markerMask(): Uint8Array {
  const values = new Float32Array(smallCase(1).truth.length);
  values[0] = MARKER_VALUE;
  return onSmallGrid(values);
}
