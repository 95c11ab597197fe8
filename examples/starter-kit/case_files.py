"""Reads the inputs of a case and writes its outputs, by the slugs in task.json."""

import json
import shutil
import sys
from pathlib import Path

TASK = json.loads((Path(__file__).parent / "task.json").read_text(encoding="utf-8"))


def root_folder():
    """`/` in a container, or the folder given as an argument, which contains `input` and `output`."""
    return Path(sys.argv[1] if len(sys.argv) > 1 else "/")


def read_inputs(folder, case_id=None):
    """The inputs of a case by slug: an Image, a value, or the path of a file; None if the case lacks it.

    Under `exec` and `invoke`, inputs.json lists them. Under `batch`, the case is that of the folder sub-<case_id>.
    """
    paths = listed_paths(folder) if case_id is None else batch_paths(folder, case_id)
    return {socket["slug"]: read_input(socket, paths.get(socket["slug"])) for socket in TASK["inputs"]}


def listed_paths(folder):
    """From inputs.json, which lists what the case has. The names of images are random."""
    paths = {}
    for entry in json.loads((folder / "inputs.json").read_text(encoding="utf-8")):
        socket = entry.get("socket") or entry["interface"]
        path = folder / socket["relative_path"]
        paths[socket["slug"]] = path / entry["image"]["name"] if entry["image"] else path
    return paths


def batch_paths(folder, case_id):
    paths = {socket["slug"]: folder / socket["path"].replace("{id}", case_id) for socket in TASK["inputs"]}
    return {slug: path for slug, path in paths.items() if path.exists()}


def read_input(socket, path):
    if path is None:
        if socket["required"]:
            raise ValueError(f"The case has no {socket['slug']}")
        return None
    if socket["super_kind"] == "Image":
        import images

        return images.read(path)
    return json.loads(path.read_text(encoding="utf-8")) if socket["super_kind"] == "Value" else path


def write_outputs(folder, outputs, inputs, case_id=""):
    """Writes what `predict` returned. An optional output may be missing."""
    unknown = set(outputs) - {socket["slug"] for socket in TASK["outputs"]}
    if unknown:
        raise ValueError(f"predict returned outputs that the task doesn't have: {', '.join(sorted(unknown))}")
    for socket in TASK["outputs"]:
        slug = socket["slug"]
        if outputs.get(slug) is not None:
            path = folder / socket["path"].replace("{id}", case_id)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_output(path, socket, outputs[slug], inputs)
        elif socket["required"]:
            raise ValueError(f"predict returned no {slug}, which is required")


def write_output(path, socket, output, inputs):
    if socket["super_kind"] == "Image":
        import images

        images.write(path, output if isinstance(output, images.Image) else on_grid(socket, output, inputs))
    elif socket["super_kind"] == "Value":
        # NaN is no JSON. NumPy's numbers become Python's.
        path.write_text(json.dumps(output, allow_nan=False, default=lambda number: number.item()), encoding="utf-8")
    elif isinstance(output, bytes):
        path.write_bytes(output)
    else:
        shutil.copyfile(output, path)


def on_grid(socket, values, inputs):
    """The array as an image on the grid of the input that task.json names. Return an Image for another grid."""
    import images

    grid = None if socket["grid"] is None else inputs[socket["grid"]]
    image = images.Image(values, None if grid is None else grid.affine)
    # A color picture has channels; what belongs to it need not have them.
    size = None if grid is None else grid.values.shape if grid.affine is not None else grid.values.shape[:2]
    if size is not None and image.values.shape[: len(size)] != size:
        raise ValueError(f"{socket['slug']} has the shape {image.values.shape}, {socket['grid']} has {size}")
    return image
