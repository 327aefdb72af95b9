#!/usr/bin/env python3
"""Writes `quality.json`, and the tensors it names, with scikit-image; the tests compare our own metrics with it.

Made with scikit-image 0.26.0 and NumPy 2.4.6: python3 -m venv v && v/bin/pip install scikit-image
&& v/bin/python make_quality.py, in this folder. Images are named from the package's own folder; a crop is x, y, width,
height. Colour images are compared as bytes, their mean squared error as bytes divided by 255.
"""

import json
import pathlib

import numpy as np
from skimage import io
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio, structural_similarity

here = pathlib.Path(__file__).resolve().parent
package = here.parents[2]
golden = "Tests/Fixtures/golden/image"

IMAGES = [
    ("Demo/reference/frame_00000.png", "Demo/reference/frame_00008.png", None),
    ("Demo/reference/frame_00000.png", "Demo/reference/frame_00098.png", (301, 402, 7, 7)),
    ("Demo/reference/frame_00008.png", "Demo/reference/frame_00347.png", (211, 333, 7, 64)),
    ("Demo/reference/frame_00008.png", "Demo/reference/frame_00347.png", (200, 300, 203, 8)),
    (f"{golden}/w182_linear168.png", f"{golden}/w182_area168.png", None),
    (f"{golden}/w182_linear168.png", f"{golden}/w327_linear168.png", None),
    (f"{golden}/w200h174_pasteback328.png", f"{golden}/w200h174_pasteback168_linear.png", None),
    (f"{golden}/w90_pasteback328.png", f"{golden}/w90_pasteback168_linear.png", None),
]


def differences(a, b):
    return {
        "largest_difference": float(np.abs(a.astype(float) - b.astype(float)).max()),
        "identical_share": float((a == b).mean()),
    }


def images():
    for first, second, crop in IMAGES:
        a, b = io.imread(package / first), io.imread(package / second)
        if crop:
            x, y, width, height = crop
            a, b = (image[y : y + height, x : x + width] for image in (a, b))
        yield {
            "first": first,
            "second": second,
            "crop": crop,
            "mse": mean_squared_error(a / 255, b / 255),
            "psnr": peak_signal_noise_ratio(a, b, data_range=255),
            "ssim": structural_similarity(a, b, channel_axis=2, data_range=255),
            **differences(a, b),
        }


def tensors():
    random = np.random.default_rng(328)
    for shape, scale, offset in [((19, 23), 1, 0), ((3, 9, 11), 8, -3), ((2, 3, 8, 7), 1000, 1e5)]:
        smooth = np.add.outer(np.sin(np.arange(shape[-2]) / 3), np.cos(np.arange(shape[-1]) / 4)) / 4 + 0.5
        a = (smooth + 0.1 * random.random(shape) - 0.05) * scale + offset
        b = a + scale * random.normal(0, 0.03, shape)
        a, b = a.astype(np.float32), b.astype(np.float32)
        name = "x".join(map(str, shape))
        for letter, tensor in ("a", a), ("b", b):
            np.save(here / f"{name}-{letter}.npy", tensor)
        # Of float32 scikit-image computes in float32; the same numbers in double are the more exact question.
        wide_a, wide_b = a.astype(np.float64), b.astype(np.float64)
        planes = zip(wide_a.reshape(-1, *shape[-2:]), wide_b.reshape(-1, *shape[-2:]))
        yield {
            "name": name,
            "data_range": scale,
            "mse": mean_squared_error(wide_a, wide_b),
            "psnr": peak_signal_noise_ratio(wide_a, wide_b, data_range=scale),
            "ssim": np.mean([structural_similarity(p, q, data_range=scale) for p, q in planes]),
            **differences(a, b),
        }


text = json.dumps({"images": list(images()), "tensors": list(tensors())}, indent=1)
(here / "quality.json").write_text(text + "\n")
