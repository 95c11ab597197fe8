"""Stands in for SimpleITK, which no Debian has, so that containers written for it run in tests.

Has the few functions that public templates call, with SimpleITK's conventions: arrays are [z, y, x], and spacing, origin
and direction are in LPS millimeters. Reads MetaImage and NIfTI, writes MetaImage.
"""

import zlib
from pathlib import Path

import numpy

IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
TYPES = {
    "MET_CHAR": "int8",
    "MET_UCHAR": "uint8",
    "MET_SHORT": "int16",
    "MET_USHORT": "uint16",
    "MET_INT": "int32",
    "MET_UINT": "uint32",
    "MET_LONG_LONG": "int64",
    "MET_ULONG_LONG": "uint64",
    "MET_FLOAT": "float32",
    "MET_DOUBLE": "float64",
}
NAMES = {name: key for key, name in TYPES.items()}


class Image:
    def __init__(self, array):
        self._array = array
        self._spacing = (1.0, 1.0, 1.0)
        self._origin = (0.0, 0.0, 0.0)
        self._direction = IDENTITY

    def GetDimension(self):
        return self._array.ndim

    def GetSize(self):
        return tuple(reversed(self._array.shape))

    def GetSpacing(self):
        return self._spacing

    def SetSpacing(self, spacing):
        self._spacing = _numbers(spacing, 3)

    def GetOrigin(self):
        return self._origin

    def SetOrigin(self, origin):
        self._origin = _numbers(origin, 3)

    def GetDirection(self):
        return self._direction

    def SetDirection(self, direction):
        self._direction = _numbers(direction, 9)

    def CopyInformation(self, image):
        if image.GetSize() != self.GetSize():
            raise RuntimeError(f"The sizes differ: {image.GetSize()} and {self.GetSize()}")
        self._spacing, self._origin, self._direction = image._spacing, image._origin, image._direction


def _numbers(values, count):
    numbers = tuple(float(value) for value in values)
    if len(numbers) != count:
        raise ValueError(f"{count} numbers are needed, not {len(numbers)}")
    return numbers


def GetImageFromArray(array, isVector=False):
    array = numpy.array(array)
    if array.ndim != 3 or isVector:
        raise NotImplementedError("Only volumes with one number for each voxel")
    if array.dtype.name not in NAMES:
        raise NotImplementedError(f"No pixel type for {array.dtype}")
    return Image(array)


def GetArrayFromImage(image):
    return image._array.copy()


def GetArrayViewFromImage(image):
    view = image._array.view()
    view.flags.writeable = False
    return view


def ReadImage(fileName):
    path = Path(fileName)
    if path.name.endswith(".mha"):
        return _read_metaimage(path)
    if path.name.endswith((".nii", ".nii.gz")):
        return _read_nifti(path)
    raise RuntimeError(f"No reader for {path}")


def _read_metaimage(path):
    content = path.read_bytes()
    header = {}
    at = 0
    while "ElementDataFile" not in header:
        end = content.index(b"\n", at)
        key, _, value = content[at:end].decode("latin-1").partition("=")
        header[key.strip()] = value.strip()
        at = end + 1
    voxels = content[at:]
    if header.get("CompressedData") == "True":
        voxels = zlib.decompress(voxels)
    order = ">" if header.get("BinaryDataByteOrderMSB") == "True" else "<"
    dtype = numpy.dtype(TYPES[header["ElementType"]])
    shape = [int(size) for size in reversed(header["DimSize"].split())]
    image = Image(numpy.frombuffer(voxels, dtype.newbyteorder(order)).reshape(shape).astype(dtype))
    image.SetSpacing(header["ElementSpacing"].split())
    image.SetOrigin(header["Offset"].split())
    # Each row of the header's matrix is the direction of an axis; SimpleITK's has them as columns.
    axes = numpy.array(header["TransformMatrix"].split(), float).reshape(3, 3)
    image.SetDirection(axes.T.ravel())
    return image


def _read_nifti(path):
    import nibabel

    file = nibabel.load(path)
    image = Image(numpy.asarray(file.dataobj).transpose())
    # NIfTI's world is RAS.
    affine = numpy.diag([-1, -1, 1, 1]) @ file.affine
    spacing = numpy.linalg.norm(affine[:3, :3], axis=0)
    image.SetSpacing(spacing)
    image.SetOrigin(affine[:3, 3])
    image.SetDirection((affine[:3, :3] / spacing).ravel())
    return image


def WriteImage(image, fileName, useCompression=False, compressionLevel=-1):
    path = Path(fileName)
    if not path.name.endswith(".mha"):
        raise NotImplementedError(f"Can’t write {path}")
    array = numpy.ascontiguousarray(image._array)
    voxels = array.tobytes()
    if useCompression:
        voxels = zlib.compress(voxels, compressionLevel)
    axes = numpy.array(image.GetDirection()).reshape(3, 3).T
    lines = [
        "ObjectType = Image",
        "NDims = 3",
        "BinaryData = True",
        "BinaryDataByteOrderMSB = False",
        f"CompressedData = {useCompression}",
        *([f"CompressedDataSize = {len(voxels)}"] if useCompression else []),
        f"TransformMatrix = {_text(axes.ravel())}",
        f"Offset = {_text(image.GetOrigin())}",
        "CenterOfRotation = 0 0 0",
        f"ElementSpacing = {_text(image.GetSpacing())}",
        f"DimSize = {_text(image.GetSize())}",
        f"ElementType = {NAMES[array.dtype.name]}",
        "ElementDataFile = LOCAL",
    ]
    path.write_bytes("\n".join(lines).encode("ascii") + b"\n" + voxels)


def _text(numbers):
    return " ".join(f"{number:.17g}" for number in numbers)
