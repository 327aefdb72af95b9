"""Tiny image files of every kind the decoder must read, and what cv2.imread makes of them.

    python make_fixtures.py      (needs numpy, opencv-python-headless, pillow)

Writes <file> and <file>.bgr (rows of blue, green, red bytes) beside this script, and index.json with their sizes.
"""

import io
import json
import pathlib
import struct
import zlib

import cv2
import numpy as np
from PIL import Image

HERE = pathlib.Path(__file__).parent
WIDTH, HEIGHT = 17, 13
rng = np.random.default_rng(7)


def picture(channels, bits=8):
    """Smooth colours with a little noise, no two corners alike."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    planes = [(x * (3 + c) / 60 + y * (5 - c) / 90) % 1 + rng.uniform(-0.03, 0.03, x.shape) for c in range(channels)]
    return np.clip(np.stack(planes, -1) * (2**bits - 1), 0, 2**bits - 1).round().astype(np.uint16)


# PNG, written here because no encoder at hand offers every combination.


def chunk(kind, payload):
    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))


def packed_rows(samples, bits):
    """Filter type 0 and the samples of each row, most significant bits first."""
    out = b""
    for row in samples.reshape(samples.shape[0], -1):
        if bits == 16:
            out += b"\0" + row.astype(">u2").tobytes()
        elif bits == 8:
            out += b"\0" + row.astype(np.uint8).tobytes()
        else:
            text = "".join(format(v, f"0{bits}b") for v in row)
            text += "0" * (-len(text) % 8)
            out += b"\0" + bytes(int(text[i : i + 8], 2) for i in range(0, len(text), 8))
    return out


def png(samples, bits, colour, interlaced=False, before=(), after=()):
    if interlaced:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
        data = b"".join(packed_rows(samples[y::dy, x::dx], bits) for x, y, dx, dy in passes)
    else:
        data = packed_rows(samples, bits)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, bits, colour, 0, 0, int(interlaced))
    out = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    for kind, payload in before:
        out += chunk(kind, payload)
    return out + chunk(b"IDAT", zlib.compress(data, 9)) + b"".join(chunk(*c) for c in after) + chunk(b"IEND", b"")


def tiff(orientation, big_endian=False):
    """The TIFF block inside EXIF: one directory whose second entry is the orientation."""
    e = ">" if big_endian else "<"
    entries = struct.pack(e + "HHII", 0x0100, 4, 1, 17) + struct.pack(e + "HHIHH", 0x0112, 3, 1, orientation, 0)
    return (b"MM" if big_endian else b"II") + struct.pack(e + "HIH", 42, 8, 2) + entries + struct.pack(e + "I", 0)


def with_app1(jpeg, payload):
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload + jpeg[2:]


def jpeg(mode="RGB", **options):
    channels = {"L": 1, "RGB": 3, "CMYK": 4}[mode]
    samples = picture(channels).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(samples[..., 0] if mode == "L" else samples, mode).save(buffer, "JPEG", **options)
    return buffer.getvalue()


rgb, rgba, grey = picture(3), picture(4), picture(1)
deep = rng.integers(0, 65536, (HEIGHT, WIDTH, 4)).astype(np.uint16)
palette = (b"PLTE", rng.integers(0, 256, 48, dtype=np.uint8).tobytes())
plain = jpeg(quality=90)
cmyk = jpeg("CMYK", quality=90)

files = {
    "rgb.png": png(rgb, 8, 2),
    "rgb-interlaced.png": png(rgb, 8, 2, interlaced=True),
    "rgb-transparent-colour.png": png(rgb, 8, 2, before=[(b"tRNS", struct.pack(">HHH", *map(int, rgb[3, 4])))]),
    "rgb-gamma.png": png(rgb, 8, 2, before=[(b"gAMA", struct.pack(">I", 100000))]),
    "rgba.png": png(rgba, 8, 6),
    "rgba-interlaced.png": png(rgba, 8, 6, interlaced=True),
    "rgb16.png": png(deep[..., :3], 16, 2),
    "rgba16.png": png(deep, 16, 6),
    "grey1.png": png(picture(1, 1), 1, 0),
    "grey2.png": png(picture(1, 2), 2, 0),
    "grey4.png": png(picture(1, 4), 4, 0),
    "grey8.png": png(grey, 8, 0),
    "grey8-transparent.png": png(grey, 8, 0, before=[(b"tRNS", struct.pack(">H", int(grey[2, 2, 0])))]),
    "grey16.png": png(deep[..., :1], 16, 0),
    "grey-alpha.png": png(rgba[..., :2], 8, 4),
    "grey-alpha16.png": png(deep[..., :2], 16, 4),
    "grey2-interlaced.png": png(picture(1, 2), 2, 0, interlaced=True),
    "palette1.png": png(picture(1, 1), 1, 3, before=[palette]),
    "palette2.png": png(picture(1, 2), 2, 3, before=[palette]),
    "palette4.png": png(picture(1, 4), 4, 3, before=[palette]),
    "palette8.png": png(picture(1, 4), 8, 3, before=[palette]),
    "palette4-transparent.png": png(picture(1, 4), 4, 3, before=[palette, (b"tRNS", bytes([0, 128, 255]))]),
    "palette4-gamma.png": png(picture(1, 4), 4, 3, before=[(b"gAMA", struct.pack(">I", 20000)), palette]),
    "exif-after-pixels.png": png(rgb, 8, 2, after=[(b"eXIf", tiff(6))]),
    "rgb.jpg": plain,
    "grey.jpg": jpeg("L", quality=85),
    "progressive.jpg": jpeg(quality=90, progressive=True),
    "444.jpg": jpeg(quality=90, subsampling=0),
    "422.jpg": jpeg(quality=90, subsampling=1),
    "restarts.jpg": jpeg(quality=90, restart_marker_blocks=1),
    "cmyk.jpg": cmyk,
    # The same samples, declared to be YCCK: the last byte of the Adobe segment.
    "ycck.jpg": (lambda at: cmyk[: at + 11] + b"\x02" + cmyk[at + 12 :])(cmyk.index(b"Adobe")),
    "garbage-before-end.jpg": plain[:-2] + b"\x00\x01\x02" + plain[-2:],
    "garbage-after-end.jpg": plain + b"trailing",
    "fill-bytes.jpg": plain[:2] + b"\xff\xff\xff" + plain[2:],
    "orientation9.jpg": with_app1(plain, b"Exif\0\0" + tiff(9)),
}
for orientation in range(1, 9):
    exif = tiff(orientation, big_endian=orientation % 2 == 0)
    files[f"orientation{orientation}.jpg"] = with_app1(plain, b"Exif\0\0" + exif)
    files[f"orientation{orientation}.png"] = png(rgb, 8, 2, before=[(b"eXIf", exif)])

index = {}
for name, data in files.items():
    (HERE / name).write_bytes(data)
    pixels = cv2.imread(str(HERE / name), cv2.IMREAD_COLOR)
    assert pixels is not None and pixels.dtype == np.uint8, name
    (HERE / f"{name}.bgr").write_bytes(pixels.tobytes())
    index[name] = {"width": pixels.shape[1], "height": pixels.shape[0]}

# What cv2.imwrite's JPEG of rgb.png's pixels decodes to.
pixels = cv2.imread(str(HERE / "rgb.png"))
for quality in (60, 95, 100):
    encoded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    (HERE / f"rgb-quality{quality}.bgr").write_bytes(cv2.imdecode(encoded, cv2.IMREAD_COLOR).tobytes())

(HERE / "index.json").write_text(json.dumps({"opencv": cv2.__version__, "files": index}, indent=1) + "\n")
