"""The `exec` contract: reads one scan from /input, writes one lesion mask to /output, and exits.

Replace `segment`. The rest implements the contract (docs/participants/container-contracts.md). serve.py (`invoke`) and
batch.py (`batch`) call the same `segment`.
"""

import json
import os
import sys
import time
from pathlib import Path

import numpy as np

import metaimage

SCAN = "t1-brain-mri"
MASK_FOLDER = "images/stroke-lesion-segmentation"
STARTED = time.monotonic()


def log(message):
    print(f"{time.monotonic() - STARTED:6.2f} s  {message}", flush=True)


def log_limits():
    log(f"{os.environ.get('HELDOUT_CPUS', '?')} CPUs, {os.environ.get('HELDOUT_MEMORY_BYTES', '?')} bytes of memory")


def segment(scan, spacing_mm, metadata):
    """Your method: takes a float array and returns a boolean array of the same shape.

    This example marks voxels that are as dark as fluid but surrounded by tissue. It finds some chronic lesions, and
    every ventricle.
    """
    brain = scan > 0.1 * np.percentile(scan, 98)
    if not brain.any():
        return np.zeros(scan.shape, dtype=bool)
    dark = brain & (scan < 0.45 * np.percentile(scan[brain], 90))
    # Remove regions less than 7 mm across, then grow the others back.
    steps = [max(1, round(3 / mm)) for mm in spacing_mm]
    core = shrink(dark, steps)
    deep = shrink(brain, [4 * step for step in steps])
    return grow(core & deep, steps) & dark


def shrink(mask, steps):
    """Erodes with a box that reaches `steps` voxels to each side."""
    return ~grow(~mask, steps)


def grow(mask, steps):
    """Dilates with a box that reaches `steps` voxels to each side, one axis at a time."""
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
    """Returns the path of the scan from inputs.json. Its name is random for each evaluation."""
    inputs = json.loads((input_folder / "inputs.json").read_text())
    for entry in inputs:
        socket = entry.get("socket") or entry["interface"]
        if socket["slug"] == SCAN:
            return input_folder / socket["relative_path"] / entry["image"]["name"]
    raise ValueError(f"inputs.json lists no {SCAN}")


def read_metadata(input_folder):
    """Returns CENTER, CHRONICITY and DAYS_POST_STROKE (each can be None), or {} if the phase provides no metadata."""
    path = input_folder / "stroke-metadata.json"
    return json.loads(path.read_text()) if path.exists() else {}


def segment_nifti(scan_path, mask_path, metadata):
    import nibabel

    image = nibabel.load(scan_path)
    scan = np.asarray(image.dataobj, dtype=np.float32)
    spacing_mm = [float(mm) for mm in image.header.get_zooms()[:3]]
    mask = checked(segment(scan, spacing_mm, metadata), scan.shape)
    # Copy the scan's affine, so that the mask is on the same grid.
    nibabel.save(nibabel.Nifti1Image(mask, image.affine), mask_path)
    return mask.sum() * np.prod(spacing_mm) / 1000


def segment_metaimage(scan_path, mask_path, metadata):
    scan, header = metaimage.read(scan_path)
    spacing_mm = metaimage.spacing_mm(header)
    mask = checked(segment(scan.astype(np.float32), spacing_mm, metadata), scan.shape)
    metaimage.write(mask_path, mask, header)
    return mask.sum() * np.prod(spacing_mm) / 1000


def checked(mask, shape):
    """Returns the mask as it is scored: 0 and 1, uint8, with the shape of the scan."""
    mask = np.asarray(mask)
    if mask.shape != shape:
        raise ValueError(f"The mask has the shape {mask.shape}, the scan {shape}")
    return (mask > 0).astype(np.uint8)


def answer_case(root):
    """Processes one case of `exec` or `invoke`: reads the scan in `input` and writes one file to `output`."""
    scan_path = find_scan(root / "input")
    mask_folder = root / "output" / MASK_FOLDER
    mask_folder.mkdir(parents=True, exist_ok=True)
    metadata = read_metadata(root / "input")
    log(f"segmenting {scan_path.name}")
    if scan_path.suffix == ".mha":
        lesion_ml = segment_metaimage(scan_path, mask_folder / "lesion.mha", metadata)
    else:
        lesion_ml = segment_nifti(scan_path, mask_folder / "lesion.nii.gz", metadata)
    log(f"wrote a lesion of {lesion_ml:.2f} ml")


def root_folder():
    """Returns `/` in a container, or the folder given as an argument, which contains `input` and `output`."""
    return Path(sys.argv[1] if len(sys.argv) > 1 else "/")


if __name__ == "__main__":
    log_limits()
    answer_case(root_folder())
