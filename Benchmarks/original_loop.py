"""The original's end-to-end loop, with the two networks left open: sound to finished video, one frame at a time.

Written from the family's description, stage after stage on one thread, as the original does it; only the network's
engine, OpenCV and the ffmpeg program use more. Frames go into a temporary Motion-JPEG file first, which the ffmpeg
program then encodes. Nothing is done ahead or side by side, and every template image is read again for every frame.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager

import cv2
import numpy

from sound import FRAME_RATE, audio_window, features_of_sound

CROP = 328  # the face box is resized to this
BORDER = 4  # of the crop that the network neither sees nor replaces
INNER = CROP - 2 * BORDER
NETWORK_FRAMES = 20  # measured when the network alone is, after a few to warm up


def options(description, **networks):
    """What both loops are told; `networks` are the two files and what they are."""
    parser = argparse.ArgumentParser(description=description)
    for name, text in networks.items():
        parser.add_argument("--" + name.replace("_", "-"), required=True, help=text)
    parser.add_argument("--template", required=True, help="folder with full_body_img and landmarks")
    parser.add_argument("--audio", required=True, help="the speech, 16-bit PCM at 16 kHz")
    parser.add_argument("--output", help="the video to write")
    parser.add_argument("--threads", type=int, help="threads of the network's engine (default: as it decides)")
    parser.add_argument("--network-only", action="store_true", help="measure the generator alone; writes nothing")
    parser.add_argument("--reference", help="folder of frame_NNNNN.png to compare the finished frames with")
    parser.add_argument("--limit", type=int, help="make this many frames at most")
    chosen = parser.parse_args()
    if not chosen.output and not chosen.network_only:
        parser.error("--output is needed")
    return chosen


class Stages:
    """Seconds spent in each stage."""

    def __init__(self):
        self.seconds = {}

    @contextmanager
    def __call__(self, name):
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0) + time.perf_counter() - started


class Template:
    def __init__(self, folder):
        self.images = os.path.join(folder, "full_body_img")
        self.landmarks = os.path.join(folder, "landmarks")
        self.last = len(os.listdir(self.images)) - 1

    def order(self, count):
        """Forth and back, beginning with the second image."""
        index, step = 0, 0
        for _ in range(count):
            if index > self.last - 1:
                step = -1
            if index < 1:
                step = 1
            index += step
            yield index

    def read(self, index):
        """The image, blue green red, and its face box as rows and columns."""
        image = cv2.imread(os.path.join(self.images, f"{index}.jpg"))
        with open(os.path.join(self.landmarks, f"{index}.lms")) as file:
            points = [[int(float(number)) for number in line.split()] for line in file if line.strip()]
        left, right, top = points[1][0], points[31][0], points[52][1]
        return image, (slice(top, top + right - left), slice(left, right))


def compose(image, box):
    """The face at the network's size, and its input: the face, and the face with the mouth black."""
    crop = cv2.resize(image[box], (CROP, CROP), interpolation=cv2.INTER_CUBIC)
    inner = crop[BORDER : BORDER + INNER, BORDER : BORDER + INNER].copy()
    masked = cv2.rectangle(inner.copy(), (5, 5, 310, 305), (0, 0, 0), -1)
    planes = [part.transpose(2, 0, 1).astype(numpy.float32) / 255 for part in (inner, masked)]
    return crop, numpy.concatenate(planes)[None]


def paste(image, box, crop, output):
    """Puts the network's output, 3xHxW in [0, 1], back into the image."""
    face = (output.transpose(1, 2, 0) * 255).astype(numpy.uint8)
    crop[BORDER : BORDER + INNER, BORDER : BORDER + INNER] = face
    height, width = image[box].shape[:2]
    image[box] = cv2.resize(crop, (width, height), interpolation=cv2.INTER_CUBIC)


def encode_video(temporary, audio, output):
    """H.264 at CRF 20 and AAC; the encoder's own preset (medium) and threads, as the original leaves them."""
    subprocess.run(
        ["ffmpeg", "-loglevel", "error", "-y", "-i", temporary, "-i", audio]
        + ["-c:v", "libx264", "-c:a", "aac", "-crf", "20", output],
        check=True,
    )


def reference_path(chosen, frame):
    return os.path.join(chosen.reference or "", f"frame_{frame:05}.png")


def compare(frame, path):
    """How near a finished frame, before any encoding, is to a reference frame."""
    difference = numpy.abs(frame.astype(numpy.int16) - cv2.imread(path).astype(numpy.int16))
    error = numpy.mean(difference.astype(numpy.float64) ** 2)
    return {
        "psnr": round(10 * numpy.log10(255**2 / error), 2) if error > 0 else None,  # none: identical
        "largest_difference": int(difference.max()),
        "share_within_1": float(numpy.mean(difference <= 1)),
        "share_within_2": float(numpy.mean(difference <= 2)),
    }


def run(chosen, facts, load):
    """Runs the loop, or the network alone, and prints what was measured as JSON.

    `load` gives the two networks as functions on arrays: windows of mel to rows of features, and image and audio to
    the face. `facts` gives what else the JSON shall say. Time runs from here, imports done, to the finished video.
    """
    started = time.perf_counter()
    stages = Stages()
    with stages("load"):
        encode, generate = load(chosen)
    with stages("sound"):
        features = features_of_sound(chosen.audio, encode)
    template = Template(chosen.template)
    if chosen.network_only:
        result = {"network_milliseconds": network_alone(template, features, generate)}
    else:
        result = end_to_end(chosen, template, features, generate, stages, started)
    json.dump(facts() | result, sys.stdout)
    print()


def network_alone(template, features, generate):
    """Milliseconds of each of some frames, inputs ready beforehand."""
    warm_up = 3
    inputs = []
    for frame, index in enumerate(template.order(warm_up + NETWORK_FRAMES)):
        inputs.append((compose(*template.read(index))[1], audio_window(features, frame)))
    times = []
    for image, audio in inputs:
        began = time.perf_counter()
        generate(image, audio)
        times.append(1000 * (time.perf_counter() - began))
    return times[warm_up:]


def end_to_end(chosen, template, features, generate, stages, started):
    count = min(len(features), chosen.limit or len(features))
    references = {i: path for i in range(count) if os.path.exists(path := reference_path(chosen, i))}
    network_times, finished = [], {}
    height, width = template.read(0)[0].shape[:2]
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(chosen.output))) as folder:
        temporary = os.path.join(folder, "frames.avi")
        writer = cv2.VideoWriter(temporary, cv2.VideoWriter_fourcc(*"MJPG"), FRAME_RATE, (width, height))
        for frame, index in enumerate(template.order(count)):
            with stages("template"):
                image, box = template.read(index)
                crop, image_input = compose(image, box)
                audio = audio_window(features, frame)
            with stages("network"):
                began = time.perf_counter()
                output = generate(image_input, audio)
                network_times.append(1000 * (time.perf_counter() - began))
            with stages("paste"):
                paste(image, box, crop, output)
            with stages("temporary_video"):
                writer.write(image)
            if frame in references:
                finished[frame] = image
        with stages("temporary_video"):
            writer.release()
        with stages("ffmpeg"):
            encode_video(temporary, chosen.audio, chosen.output)
    seconds = time.perf_counter() - started
    return {
        "frames": count,
        "seconds": seconds,
        "frames_per_second": count / seconds,
        "stage_seconds": stages.seconds,
        "network_median_milliseconds": statistics.median(network_times),
        "checks": {f"frame_{frame:05}": compare(image, references[frame]) for frame, image in finished.items()},
    }
