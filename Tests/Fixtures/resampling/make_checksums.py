"""Checksums of OpenCV's resizes of an image that a formula makes, for a table of sizes.

    python make_checksums.py      (needs numpy, opencv-python-headless)

Writes checksums.tsv: source width and height, target width and height, then the CRC-32 of the bicubic, the bilinear
and the area result. IPP is off: it gives other bytes, and other ones on other processors.
"""

import pathlib
import zlib

import cv2
import numpy as np

cv2.ipp.setUseIPP(False)


def pattern(width, height):
    """Byte i of the image: noise in two thirds of the rows, black and white in the others."""
    i = np.arange(width * height * 3, dtype=np.uint64)
    x = (i * np.uint64(2654435761) & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    x ^= x >> np.uint32(15)
    x = (x.astype(np.uint64) * np.uint64(0x2C1B3C6D) & np.uint64(0xFFFFFFFF)).astype(np.uint32)
    x ^= x >> np.uint32(12)
    noise = (x >> np.uint32(8) & np.uint32(255)).astype(np.uint8)
    rows = np.arange(height).repeat(width * 3)
    return np.where(rows % 3 == 2, np.where(noise > 127, 255, 0), noise).astype(np.uint8).reshape(height, width, 3)


sides = [8, 9, 16, 100, 168, 327, 328, 329, 656, 984]
cases = [((a, a), (b, b)) for b in (168, 328) for a in sides]
cases += [((b, b), (a, a)) for b in (168, 328) for a in sides]
cases += [
    ((8, 329), (328, 16)), ((329, 8), (16, 328)), ((200, 174), (328, 328)), ((328, 328), (200, 174)),
    ((656, 328), (328, 328)), ((328, 656), (328, 328)), ((656, 656), (328, 656)), ((984, 656), (328, 328)),
    ((98, 98), (2, 2)), ((49, 51), (1, 1)), ((1, 1), (9, 8)), ((1, 7), (5, 3)), ((2, 2), (1, 1)), ((3, 2), (2, 3)),
    ((32, 32), (16, 16)), ((36, 24), (9, 8)), ((90, 60), (31, 59)), ((17, 40), (17, 39)), ((500, 9), (501, 9)),
]
lines = []
for (sw, sh), (dw, dh) in dict.fromkeys(cases):
    source = pattern(sw, sh)
    sums = [
        zlib.crc32(cv2.resize(source, (dw, dh), interpolation=kind).tobytes())
        for kind in (cv2.INTER_CUBIC, cv2.INTER_LINEAR, cv2.INTER_AREA)
    ]
    lines.append("\t".join([str(v) for v in (sw, sh, dw, dh)] + [f"{s:08x}" for s in sums]))
path = pathlib.Path(__file__).parent / "checksums.tsv"
path.write_text(f"# opencv {cv2.__version__}\n" + "\n".join(lines) + "\n")
