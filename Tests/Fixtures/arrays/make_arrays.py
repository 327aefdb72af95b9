"""Writes the arrays beside it with numpy.save; run once, with NumPy 1.23 or later."""

import pathlib

import numpy

SHAPES = {
    "scalar": (),
    "vector": (3,),
    "matrix": (2, 3),
    "none": (0, 4),
    # Without padding this one's header would end on a multiple of 64 bytes.
    "exact-fit": (1, 10, 10) + (1,) * 11,
    "two-blocks": (2,) + (1,) * 30,
}

for name, shape in SHAPES.items():
    count = int(numpy.prod(shape))
    values = (numpy.arange(count, dtype="<f4") / 3 - 1).reshape(shape)
    numpy.save(pathlib.Path(__file__).parent / f"{name}.npy", values)
