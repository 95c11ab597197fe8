"""The contract `batch`: one container for all cases, with a BIDS dataset in /input and the same folders in /output."""

import traceback

from case_files import read_inputs, root_folder, write_outputs
from predict import predict

if __name__ == "__main__":
    root = root_folder()
    folders = sorted((root / "input").glob("sub-*"))
    for place, folder in enumerate(folders, start=1):
        case_id = folder.name.removeprefix("sub-")
        try:
            inputs = read_inputs(root / "input", case_id)
            write_outputs(root / "output", predict(inputs), inputs, case_id)
            print(f"{place} of {len(folders)}: wrote the outputs of {case_id}")
        except Exception:
            # Missing outputs are only one failed case. Go on, so that the other cases count.
            print(traceback.format_exc())
