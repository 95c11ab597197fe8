"""Reads and writes single-file MetaImage (.mha) with only NumPy. If you use SimpleITK, call its ReadImage and WriteImage.

The file has a header of `Key = value` lines that ends with ElementDataFile, then the voxels, raw or as one zlib stream.
"""

import zlib

import numpy as np

TYPES = {
    "MET_CHAR": "i1",
    "MET_UCHAR": "u1",
    "MET_SHORT": "i2",
    "MET_USHORT": "u2",
    "MET_INT": "i4",
    "MET_UINT": "u4",
    "MET_LONG": "i4",
    "MET_ULONG": "u4",
    "MET_LONG_LONG": "i8",
    "MET_ULONG_LONG": "u8",
    "MET_FLOAT": "f4",
    "MET_DOUBLE": "f8",
}
GRID = ["DimSize", "ElementSpacing", "Offset", "TransformMatrix"]


def read(path):
    """Returns the voxels as an array [x, y, z] and the header as a dictionary of strings."""
    content = path.read_bytes()
    header = {}
    start = 0
    while "ElementDataFile" not in header:
        end = content.index(b"\n", start)
        key, _, value = content[start:end].decode("latin-1").partition("=")
        header[key.strip()] = value.strip()
        start = end + 1
    voxels = content[start:]
    if header.get("CompressedData") == "True":
        voxels = zlib.decompress(voxels)
    order = ">" if header.get("BinaryDataByteOrderMSB") == "True" else "<"
    shape = [int(size) for size in header["DimSize"].split()]
    # The first axis varies fastest.
    return np.frombuffer(voxels, order + TYPES[header["ElementType"]]).reshape(shape, order="F"), header


def spacing_mm(header):
    return [float(mm) for mm in header["ElementSpacing"].split()]


def write(path, mask, header):
    """Writes a uint8 mask on the grid of the scan that `header` came from."""
    voxels = zlib.compress(mask.astype(np.uint8).tobytes(order="F"))
    lines = [
        "ObjectType = Image",
        "NDims = 3",
        "BinaryData = True",
        "BinaryDataByteOrderMSB = False",
        "CompressedData = True",
        f"CompressedDataSize = {len(voxels)}",
        *[f"{key} = {header[key]}" for key in GRID if key in header],
        "ElementType = MET_UCHAR",
        "ElementDataFile = LOCAL",
    ]
    path.write_bytes("\n".join(lines).encode("latin-1") + b"\n" + voxels)
