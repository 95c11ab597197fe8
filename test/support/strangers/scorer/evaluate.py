"""A scorer as the templates of grand-challenge.org have it: predictions.json in, metrics.json out, cases in parallel.

The truth of a case has the name of its scan, which predictions.json tells.
"""

import json
import logging
import sys
from pathlib import Path
from statistics import mean

import numpy
import SimpleITK

from helpers import run_prediction_processing

INPUT_DIRECTORY = Path("/input")
OUTPUT_DIRECTORY = Path("/output")
GROUND_TRUTH_DIRECTORY = Path("/opt/ml/input/data/ground_truth")

logger = logging.getLogger("evaluate")


def main():
    logging.basicConfig(level=logging.INFO, format="[%(levelname)s]%(name)s: %(message)s", stream=sys.stdout)
    predictions = load_json_file(location=INPUT_DIRECTORY / "predictions.json")
    metrics = {"results": run_prediction_processing(fn=process, predictions=predictions)}
    if metrics["results"]:
        metrics["aggregates"] = {
            name: {"mean": mean(result[name] for result in metrics["results"])}
            for name in ["dice", "volume_difference_ml"]
        }
    write_json_file(location=OUTPUT_DIRECTORY / "metrics.json", content=metrics)
    return 0


def process(job):
    handler = {
        ("stroke-metadata", "t1-brain-mri"): process_scan,
        ("t1-brain-mri",): process_scan,
    }[get_interface_key(job)]
    return handler(job)


def process_scan(job):
    location = get_file_location(job_pk=job["pk"], values=job["outputs"], slug="stroke-lesion-segmentation")
    prediction = load_image_file_as_array(location=location)
    name = get_image_name(values=job["inputs"], slug="t1-brain-mri")
    image = SimpleITK.ReadImage(str(GROUND_TRUTH_DIRECTORY / name))
    truth = SimpleITK.GetArrayFromImage(image)
    logger.info("%s is %s, with %d voxels", job["pk"], name, prediction.sum())
    true, predicted = truth > 0, prediction > 0
    voxel_ml = numpy.prod(image.GetSpacing()) / 1000
    return {
        "pk": job["pk"],
        "dice": float(2 * (true & predicted).sum() / (true.sum() + predicted.sum())),
        "volume_difference_ml": float(abs(int(predicted.sum()) - int(true.sum())) * voxel_ml),
    }


def get_interface_key(job):
    return tuple(sorted(value["socket"]["slug"] for value in job["inputs"]))


def find_value(*, values, slug):
    for value in values:
        if value["socket"]["slug"] == slug:
            return value
    raise RuntimeError(f"No value of {slug}")


def get_image_name(*, values, slug):
    return find_value(values=values, slug=slug)["image"]["name"]


def get_file_location(*, job_pk, values, slug):
    # Where a job's output will be located in the scorer's container
    relative_path = find_value(values=values, slug=slug)["socket"]["relative_path"]
    return INPUT_DIRECTORY / job_pk / "output" / relative_path


def load_json_file(*, location):
    with open(location) as file:
        return json.loads(file.read())


def load_image_file_as_array(*, location):
    files = [*location.glob("*.mha"), *location.glob("*.nii.gz")]
    return SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(files[0])))


def write_json_file(*, location, content):
    with open(location, "w") as file:
        file.write(json.dumps(content, indent=4))


if __name__ == "__main__":
    raise SystemExit(main())
