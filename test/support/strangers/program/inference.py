"""A program as the templates before 2026 have it: reads inputs.json by `interface`, and keeps the scan's geometry."""

import json
from glob import glob
from pathlib import Path

import numpy
import SimpleITK

INPUT_PATH = Path("/input")
OUTPUT_PATH = Path("/output")


def run():
    inputs = load_json_file(location=INPUT_PATH / "inputs.json")
    slugs = tuple(sorted(value["interface"]["slug"] for value in inputs))
    handler = {
        ("stroke-metadata", "t1-brain-mri"): scan_handler,
        ("t1-brain-mri",): scan_handler,
    }[slugs]
    return handler()


def scan_handler():
    location = INPUT_PATH / "images/t1-brain-mri"
    files = glob(str(location / "*.mha")) + glob(str(location / "*.nii.gz"))
    scan = SimpleITK.ReadImage(files[0])
    values = SimpleITK.GetArrayFromImage(scan)
    # Single dark voxels count here as well.
    mask = SimpleITK.GetImageFromArray(((values > 0) & (values <= 400)).astype(numpy.uint8))
    mask.CopyInformation(scan)
    folder = OUTPUT_PATH / "images/stroke-lesion-segmentation"
    folder.mkdir(parents=True, exist_ok=True)
    SimpleITK.WriteImage(mask, str(folder / "output.mha"), useCompression=True)
    return 0


def load_json_file(*, location):
    with open(location, "r") as file:
        return json.loads(file.read())


if __name__ == "__main__":
    raise SystemExit(run())
