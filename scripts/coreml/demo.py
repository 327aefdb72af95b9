"""Frames of the demo: what the network is given there, and what framegen's engine makes of the checkpoint in float32."""

import json
import pathlib
import subprocess

import numpy as np

_demo = pathlib.Path(__file__).resolve().parent.parent.parent / "Demo"
checkpoint = _demo / "checkpoint" / "unet_328.fp16.pth"


def frames(framegen, folder, indices):
    """The frame's index, the network's inputs by name, and its output, for each of the indices."""
    dump = folder / "dump"
    subprocess.run(
        [framegen, "generate", "--checkpoint", checkpoint, "--template", _demo / "template", "--audio-features",
         _demo / "audio" / "aud_ave.npy", "--dump-tensors", dump, "--dump-frames", ",".join(map(str, indices)),
         "--limit", str(max(indices) + 1), "--precision", "fp32", "--template-cache", "0", "--progress", "none"],
        check=True, stdout=subprocess.DEVNULL)
    for frame in json.loads((dump / "index.json").read_text())["frames"]:
        files = frame["files"]
        given = {"input": np.load(dump / files["network_input"]), "audio": np.load(dump / files["audio_window"])}
        yield frame["frame"], given, np.load(dump / files["raw_output"])


def decibels(answer, wanted, peak):
    """The peak's PSNR."""
    return float(10 * np.log10(peak**2 / max(np.square(answer.astype(np.float64) - wanted).mean(), 1e-30)))


def bytes_off(answer, wanted):
    """How far each of the picture's bytes is off."""
    return np.abs((answer * 255).astype(int) - (wanted * 255).astype(int))
