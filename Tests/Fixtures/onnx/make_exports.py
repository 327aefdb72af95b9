"""Makes exports/: a small network of the family's blocks as PyTorch's exporters write it, and what PyTorch answers.

Every file holds the same generator (or the same audio encoder), so that one output is right for all of them. Weights and
inputs are the hash numbers of Tests/TestSupport/HashWeights.swift. Of the newer exporter's files, the notes on where in
a Python program a node comes from are taken out; they are most of the file.

Needs torch, numpy, onnx and onnxscript: python3 make_exports.py
"""

import pathlib

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from hash_numbers import hash_numbers

folder = pathlib.Path(__file__).parent / "exports"


def with_hash_weights(module):
    for index, (key, tensor) in enumerate(module.state_dict().items()):
        if tensor.dtype != torch.float32:
            continue
        u = hash_numbers(index, tuple(tensor.shape))
        if tensor.dim() > 1:
            value = (2 * u - 1) * (3 / tensor[0].numel()) ** 0.5
        elif key.endswith("running_var"):
            value = 0.5 + u
        elif key.endswith(".weight"):
            value = 0.8 + 0.4 * u
        else:
            value = 0.1 * (2 * u - 1)
        # What half precision and bfloat16 hold too, so that every export has the same weights.
        tensor.copy_(torch.from_numpy(value).bfloat16().float())
    return module.eval()


class InvertedResidual(nn.Module):
    def __init__(self, inputs, outputs, stride=1, residual=False):
        super().__init__()
        hidden = 2 * inputs
        self.residual = residual
        self.conv = nn.Sequential(
            nn.Conv2d(inputs, hidden, 1, bias=False), nn.BatchNorm2d(hidden), nn.ReLU(inplace=True),
            nn.Conv2d(hidden, hidden, 3, stride, 1, groups=hidden, bias=False), nn.BatchNorm2d(hidden),
            nn.ReLU(inplace=True), nn.Conv2d(hidden, outputs, 1, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return x + self.conv(x) if self.residual else self.conv(x)


def double(inputs, outputs, stride=1):
    return nn.Sequential(
        InvertedResidual(inputs, outputs, stride), InvertedResidual(outputs, outputs, residual=True))


class Up(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
        self.conv = double(inputs, outputs)

    def forward(self, value, skip):
        value = self.up(value)
        rows, columns = skip.shape[2] - value.shape[2], skip.shape[3] - value.shape[3]
        padding = [columns // 2, columns - columns // 2, rows // 2, rows - rows // 2]
        return self.conv(torch.cat([nn.functional.pad(value, padding), skip], 1))


class Sound(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = InvertedResidual(4, 4, residual=True)
        self.conv3, self.bn3 = nn.Conv2d(4, 5, 3, 1, 1), nn.BatchNorm2d(5)
        self.conv5, self.bn5 = nn.Conv2d(5, 6, 3, 2, 3), nn.BatchNorm2d(6)

    def forward(self, x):
        x = torch.relu(self.bn3(self.conv3(self.conv1(x))))
        return torch.relu(self.bn5(self.conv5(x)))


class Generator(nn.Module):
    """16×16 pictures and 4×12×12 windows; one level down and up."""

    def __init__(self):
        super().__init__()
        self.inc, self.down = InvertedResidual(6, 4), double(4, 6, 2)
        self.audio, self.fuse = Sound(), double(12, 3)
        self.up, self.outc = Up(7, 4), nn.Conv2d(4, 3, 1)

    def forward(self, image, audio):
        first = self.inc(image)
        second = self.down(first)
        value = self.fuse(torch.cat([second, self.audio(audio)], 1))
        return torch.sigmoid(self.outc(self.up(value, first)))


class EncoderBlock(nn.Module):
    def __init__(self, inputs, outputs, stride=1, padding=1, kernel=3, residual=False):
        super().__init__()
        self.conv_block = nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, padding), nn.BatchNorm2d(outputs))
        self.residual = residual

    def forward(self, x):
        value = self.conv_block(x)
        return torch.relu(value + x if self.residual else value)


class Encoder(nn.Module):
    """Windows of 1×80×16 to rows of 8 values."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            EncoderBlock(1, 2), EncoderBlock(2, 2, residual=True), EncoderBlock(2, 3, (3, 1)), EncoderBlock(3, 4, 3),
            EncoderBlock(4, 4, (3, 2)), EncoderBlock(4, 8, padding=0), EncoderBlock(8, 8, padding=0, kernel=1))

    def forward(self, x):
        return self.layers(x).squeeze(2).squeeze(2)


def inputs(batch=1):
    return (
        torch.from_numpy(hash_numbers(9001, (batch, 6, 16, 16))).float(),
        torch.from_numpy(2 * hash_numbers(9002, (batch, 4, 12, 12))).float())


def strip(name):
    model = onnx.load(folder / name, load_external_data=False)
    for message in [model, model.graph, *model.graph.node, *model.graph.input, *model.graph.output]:
        message.ClearField("metadata_props")
        if hasattr(message, "doc_string"):
            message.ClearField("doc_string")
    for tensor in model.graph.initializer:
        tensor.ClearField("metadata_props")
    model.graph.ClearField("value_info")
    (folder / name).write_bytes(model.SerializeToString())


def script(name, opset, module, arguments, names=("input", "audio"), axes=None, **settings):
    torch.onnx.export(
        module, arguments, folder / name, opset_version=opset, input_names=list(names), output_names=["output"],
        dynamic_axes=axes, dynamo=False, **settings)
    strip(name)


def dynamo(name, opset, module, arguments, names=("input", "audio"), shapes=None, **settings):
    torch.onnx.export(
        module, arguments, folder / name, opset_version=opset, input_names=list(names), output_names=["output"],
        dynamic_shapes=shapes, dynamo=True, verbose=False, **{"external_data": False, **settings})
    strip(name)


def with_typed_data(source, name):
    """The weights as the fields of numbers that older programs write instead of raw bytes."""
    model = onnx.load(folder / source)
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float16:
            tensor.int32_data.extend(int(bits) for bits in values.view(np.uint16).ravel())
        elif values.dtype == np.float32:
            tensor.float_data.extend(float(value) for value in values.ravel())
        elif values.dtype == np.float64:
            tensor.double_data.extend(float(value) for value in values.ravel())
        elif values.dtype == np.int64:
            tensor.int64_data.extend(int(value) for value in values.ravel())
        else:
            continue
        tensor.ClearField("raw_data")
    (folder / name).write_bytes(model.SerializeToString())


def main():
    folder.mkdir(exist_ok=True)
    generator, encoder = with_hash_weights(Generator()), with_hash_weights(Encoder())
    mel = torch.from_numpy(-4 + 8 * hash_numbers(9003, (2, 1, 80, 16))).float()
    with torch.no_grad():
        np.save(folder / "generator_out.npy", generator(*inputs()).numpy())
        np.save(folder / "encoder_out.npy", encoder(mel).numpy())

    open_sizes = {
        "input": {0: "batch", 2: "height", 3: "width"}, "audio": {0: "batch"},
        "output": {0: "batch", 2: "height", 3: "width"}}
    open_batch = {name: {0: "batch"} for name in ("input", "audio", "output")}
    unfolded = {"do_constant_folding": False, "training": torch.onnx.TrainingMode.PRESERVE}
    script("script11-open-sizes.onnx", 11, generator, inputs(), axes=open_sizes)
    script("script13-open-batch.onnx", 13, generator, inputs(), axes=open_batch)
    script("script17-unfolded.onnx", 17, generator, inputs(), names=("image", "audio"), **unfolded)
    half = with_hash_weights(Generator()).half()
    script("script17-half.onnx", 17, half, tuple(value.half() for value in inputs()))
    with_typed_data("script17-half.onnx", "script17-half-typed.onnx")
    with_typed_data("script13-open-batch.onnx", "script13-typed.onnx")
    wide = with_hash_weights(Generator()).double()
    script("script17-double.onnx", 17, wide, tuple(value.double() for value in inputs()), **unfolded)
    script("script13-encoder.onnx", 13, encoder, (mel,), names=("mel",), axes={"mel": {0: "n"}, "output": {0: "n"}})

    auto = torch.export.Dim.AUTO
    dynamo(
        "dynamo18-open-sizes.onnx", 18, generator, inputs(2),
        shapes={"image": {0: auto, 2: auto, 3: auto}, "audio": {0: auto}})
    dynamo("dynamo18-unoptimised.onnx", 18, generator, inputs(), optimize=False)
    dynamo("dynamo21-batch2.onnx", 21, generator, inputs(2))
    dynamo("dynamo21-external.onnx", 21, generator, inputs(), external_data=True)
    brain = with_hash_weights(Generator()).bfloat16()
    dynamo("dynamo18-bfloat16.onnx", 18, brain, tuple(value.bfloat16() for value in inputs()))
    dynamo("dynamo21-encoder.onnx", 21, encoder, (mel,), names=("mel",), shapes={"x": {0: torch.export.Dim("n")}})


main()
