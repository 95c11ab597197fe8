"""Read one scan from /input, write one lesion mask to /output, end.

Replace `segment`. The rest is the contract: docs/submission-format.md.
"""

import json
import os
import sys
import time
from pathlib import Path

import numpy as np

SCAN = "t1-brain-mri"
MASK_FOLDER = "images/stroke-lesion-segmentation"
STARTED = time.monotonic()


def log(message):
    print(f"{time.monotonic() - STARTED:6.2f} s  {message}", flush=True)


def segment(scan, spacing_mm, metadata):
    """Your algorithm: a float array in, a boolean array of the same shape out.

    This one marks what is as dark as fluid but has tissue all around it. It finds some chronic lesions, and
    every ventricle.
    """
    brain = scan > 0.1 * np.percentile(scan, 98)
    if not brain.any():
        return np.zeros(scan.shape, dtype=bool)
    dark = brain & (scan < 0.45 * np.percentile(scan[brain], 90))
    # Smaller than 7 mm across goes, what is left grows back.
    steps = [max(1, round(3 / mm)) for mm in spacing_mm]
    core = shrink(dark, steps)
    deep = shrink(brain, [4 * step for step in steps])
    return grow(core & deep, steps) & dark


def shrink(mask, steps):
    """Erosion by a box that reaches `steps` voxels to each side."""
    return ~grow(~mask, steps)


def grow(mask, steps):
    """Dilation by a box that reaches `steps` voxels to each side, one axis after the other."""
    for axis, reach in enumerate(steps):
        grown = mask.copy()
        for step in range(1, reach + 1):
            ahead = [slice(None)] * mask.ndim
            behind = [slice(None)] * mask.ndim
            ahead[axis], behind[axis] = slice(step, None), slice(None, -step)
            grown[tuple(ahead)] |= mask[tuple(behind)]
            grown[tuple(behind)] |= mask[tuple(ahead)]
        mask = grown
    return mask


def find_scan(input_folder):
    """The scan's path, from inputs.json: its name is drawn anew for each evaluation."""
    inputs = json.loads((input_folder / "inputs.json").read_text())
    for entry in inputs:
        socket = entry.get("socket") or entry["interface"]
        if socket["slug"] == SCAN:
            return input_folder / socket["relative_path"] / entry["image"]["name"]
    raise SystemExit(f"inputs.json lists no {SCAN}")


def read_metadata(input_folder):
    """CENTER, CHRONICITY and DAYS_POST_STROKE, each may be None; empty where the phase gives none."""
    path = input_folder / "stroke-metadata.json"
    return json.loads(path.read_text()) if path.exists() else {}


def segment_nifti(path, output_folder, metadata):
    import nibabel

    image = nibabel.load(path)
    scan = np.asarray(image.dataobj, dtype=np.float32)
    spacing_mm = [float(mm) for mm in image.header.get_zooms()[:3]]
    mask = checked(segment(scan, spacing_mm, metadata), scan.shape)
    # The affine of the scan: the mask lies on the same grid.
    result = nibabel.Nifti1Image(mask, image.affine)
    nibabel.save(result, output_folder / "lesion.nii.gz")
    return mask, spacing_mm


def segment_metaimage(path, output_folder, metadata):
    import SimpleITK

    image = SimpleITK.ReadImage(str(path))
    # SimpleITK's arrays are z, y, x.
    scan = SimpleITK.GetArrayFromImage(image).astype(np.float32)
    spacing_mm = list(image.GetSpacing())[::-1]
    mask = checked(segment(scan, spacing_mm, metadata), scan.shape)
    result = SimpleITK.GetImageFromArray(mask)
    result.CopyInformation(image)
    SimpleITK.WriteImage(result, str(output_folder / "lesion.mha"), True)
    return mask, spacing_mm


def checked(mask, shape):
    """As it is scored: 0 and 1, uint8, the shape of the scan."""
    mask = np.asarray(mask)
    if mask.shape != shape:
        raise SystemExit(f"The mask has the shape {mask.shape}, the scan {shape}")
    return (mask > 0).astype(np.uint8)


def main(root):
    log(f"{os.environ.get('HELDOUT_CPUS', '?')} CPUs, {os.environ.get('HELDOUT_MEMORY_BYTES', '?')} bytes of memory")
    scan_path = find_scan(root / "input")
    output_folder = root / "output" / MASK_FOLDER
    output_folder.mkdir(parents=True, exist_ok=True)
    metadata = read_metadata(root / "input")
    log(f"segmenting {scan_path.name}")
    read_and_write = segment_metaimage if scan_path.suffix == ".mha" else segment_nifti
    mask, spacing_mm = read_and_write(scan_path, output_folder, metadata)
    log(f"wrote a lesion of {mask.sum() * np.prod(spacing_mm) / 1000:.2f} ml")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "/"))
