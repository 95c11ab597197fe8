"""The `batch` contract: one container for all scans, with a BIDS dataset in /input and BIDS derivatives in /output."""

import traceback

from inference import log, log_limits, root_folder, segment_nifti

SCAN_SUFFIX = "_T1w.nii.gz"
MASK_SUFFIX = "_label-L_desc-T1lesion_mask.nii.gz"


def mask_path_of(scan_path, root):
    """/input/sub-x/ses-1/anat/…_T1w.nii.gz → /output/sub-x/ses-1/anat/…_label-L_desc-T1lesion_mask.nii.gz"""
    folder = root / "output" / scan_path.parent.relative_to(root / "input")
    return folder / scan_path.name.replace(SCAN_SUFFIX, MASK_SUFFIX)


def main(root):
    scan_paths = sorted((root / "input").glob(f"sub-*/ses-*/anat/*{SCAN_SUFFIX}"))
    for place, scan_path in enumerate(scan_paths, start=1):
        mask_path = mask_path_of(scan_path, root)
        mask_path.parent.mkdir(parents=True, exist_ok=True)
        log(f"{place} of {len(scan_paths)}: {scan_path.name}")
        try:
            lesion_ml = segment_nifti(scan_path, mask_path, metadata={})
            log(f"wrote a lesion of {lesion_ml:.2f} ml")
        except Exception:
            # A missing mask is only one failed case. Go on, so that the other scans count.
            log(traceback.format_exc())


if __name__ == "__main__":
    log_limits()
    main(root_folder())
