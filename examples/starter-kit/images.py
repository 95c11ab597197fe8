"""Reads and writes images: .nii.gz with nibabel, .png and .tif with Pillow, .mha with NumPy alone."""

import zlib

import numpy as np

# From the axes of .mha files (left, posterior, superior) to those of affines here (right, anterior, superior).
LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
MET_TYPES = {
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
# What is written: types that every reader takes.
WRITTEN_TYPES = {"bool": "uint8", "int64": "int32", "uint64": "uint32", "float16": "float32", "float64": "float32"}


class Image:
    """A volume with values [x, y, z] and the affine from its voxels to millimeters (right, anterior, superior), or a
    picture with values [row, column] or [row, column, channel], without an affine."""

    def __init__(self, values, affine=None):
        self.values = np.asarray(values)
        self.affine = affine

    @property
    def spacing_mm(self):
        """The size of a voxel of a volume along each axis."""
        return np.linalg.norm(self.affine[:3, :3], axis=0)


def read(path):
    name = path.name.lower()
    if name.endswith((".nii.gz", ".nii")):
        import nibabel

        file = nibabel.load(path)
        return Image(np.asarray(file.dataobj), file.affine)
    if name.endswith(".mha"):
        return read_metaimage(path)
    import PIL.Image

    with PIL.Image.open(path) as picture:
        return Image(np.asarray(picture))


def write(path, image):
    values = image.values.astype(WRITTEN_TYPES.get(image.values.dtype.name, image.values.dtype))
    affine = np.eye(4) if image.affine is None else image.affine
    name = path.name.lower()
    if name.endswith((".nii.gz", ".nii")):
        import nibabel

        nibabel.save(nibabel.Nifti1Image(values, affine), path)
    elif name.endswith(".mha"):
        write_metaimage(path, values, affine)
    else:
        import PIL.Image

        PIL.Image.fromarray(values).save(path)


def read_metaimage(path):
    """A header of `Key = value` lines that ends with ElementDataFile, then the voxels, raw or as one zlib stream."""
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
    values = np.frombuffer(voxels, order + MET_TYPES[header["ElementType"]]).reshape(shape, order="F")

    def numbers(key, default):
        return np.array([float(number) for number in header.get(key, default).split()])

    # Each row of the matrix is the direction of an axis.
    directions = numbers("TransformMatrix", "1 0 0 0 1 0 0 0 1").reshape(3, 3).T
    affine = np.eye(4)
    affine[:3, :3] = directions * numbers("ElementSpacing", "1 1 1")
    affine[:3, 3] = numbers("Offset", "0 0 0")
    return Image(values, LPS_TO_RAS @ affine)


def write_metaimage(path, values, affine):
    lps = LPS_TO_RAS @ affine
    spacing = np.linalg.norm(lps[:3, :3], axis=0)

    def text(numbers):
        return " ".join(repr(float(number)) for number in np.ravel(numbers))

    voxels = zlib.compress(values.astype(values.dtype.newbyteorder("<")).tobytes(order="F"))
    element_type = {code: name for name, code in MET_TYPES.items() if "LONG" not in name}[values.dtype.str[1:]]
    lines = [
        "ObjectType = Image",
        "NDims = 3",
        "BinaryData = True",
        "BinaryDataByteOrderMSB = False",
        "CompressedData = True",
        f"CompressedDataSize = {len(voxels)}",
        f"TransformMatrix = {text((lps[:3, :3] / spacing).T)}",
        f"Offset = {text(lps[:3, 3])}",
        f"ElementSpacing = {text(spacing)}",
        f"DimSize = {' '.join(str(size) for size in values.shape)}",
        f"ElementType = {element_type}",
        "ElementDataFile = LOCAL",
    ]
    path.write_bytes("\n".join(lines).encode("latin-1") + b"\n" + voxels)
