"""Writes both networks as ONNX with PyTorch's exporter, for programs that cannot do it themselves."""

import argparse
import warnings

import torch

from networks import AudioEncoder, Generator, load

parser = argparse.ArgumentParser(description=__doc__)
for name in ("--checkpoint", "--audio-encoder", "--model-output", "--audio-encoder-output"):
    parser.add_argument(name, required=True)
chosen = parser.parse_args()

# The older of PyTorch's two exporters: it writes what it traces, and needs no further packages.
warnings.filterwarnings("ignore", category=DeprecationWarning)
torch.onnx.export(
    load(Generator(), chosen.checkpoint),
    (torch.zeros(1, 6, 320, 320), torch.zeros(1, 32, 16, 16)),
    chosen.model_output,
    input_names=["input", "audio"],
    output_names=["output"],
    opset_version=17,
    dynamo=False,
)
torch.onnx.export(
    load(AudioEncoder(), chosen.audio_encoder),
    torch.zeros(1, 1, 80, 16),
    chosen.audio_encoder_output,
    input_names=["mel"],
    output_names=["emb"],
    dynamic_axes={"mel": {0: "windows"}, "emb": {0: "windows"}},
    opset_version=17,
    dynamo=False,
)
