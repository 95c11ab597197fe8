"""The contract `exec`: one container per case. Reads the case in /input, writes its outputs to /output, and exits."""

from case_files import read_inputs, root_folder, write_outputs
from predict import predict

if __name__ == "__main__":
    root = root_folder()
    inputs = read_inputs(root / "input")
    write_outputs(root / "output", predict(inputs), inputs)
    print("wrote the outputs")
