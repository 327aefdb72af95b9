"""Makes demo/: what PyTorch computes with the demo's checkpoints, on hash inputs of two samples.

Of the generator's output every eighth row and column is kept. scripts/check-export holds what framegen exports against
it. The generator is written from the specification of its blocks, apart from framegen's own description.

Needs torch and numpy: python3 make_demo_answers.py
"""

import pathlib

import numpy as np
import torch
from torch import nn

from hash_numbers import hash_numbers

fixtures = pathlib.Path(__file__).parent
demo = fixtures.parent.parent.parent / "Demo" / "checkpoint"


class InvertedResidual(nn.Module):
    def __init__(self, inputs, outputs, stride=1, residual=False):
        super().__init__()
        hidden = 2 * inputs
        self.residual = residual
        self.conv = nn.Sequential(
            nn.Conv2d(inputs, hidden, 1, bias=False), nn.BatchNorm2d(hidden), nn.ReLU(),
            nn.Conv2d(hidden, hidden, 3, stride, 1, groups=hidden, bias=False), nn.BatchNorm2d(hidden), nn.ReLU(),
            nn.Conv2d(hidden, outputs, 1, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        return x + self.conv(x) if self.residual else self.conv(x)


def named(name, module):
    """`module` as the attribute `name` of a module that does nothing else, for the keys' sake."""
    outer = nn.Sequential()
    outer.add_module(name, module)
    return outer


def double(inputs, outputs, stride=1):
    return named("double_conv", nn.Sequential(
        InvertedResidual(inputs, outputs, stride), InvertedResidual(outputs, outputs, residual=True)))


class Sound(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = InvertedResidual(32, 64), InvertedResidual(64, 128)
        self.conv3, self.bn3 = nn.Conv2d(128, 256, 3, 1, 1), nn.BatchNorm2d(256)
        self.conv4 = InvertedResidual(256, 256, residual=True)
        self.conv5, self.bn5 = nn.Conv2d(256, 512, 3, 2, 3), nn.BatchNorm2d(512)
        self.conv6, self.conv7 = (InvertedResidual(512, 512, residual=True) for _ in range(2))

    def forward(self, x):
        x = torch.relu(self.bn3(self.conv3(self.conv2(self.conv1(x)))))
        return self.conv7(self.conv6(torch.relu(self.bn5(self.conv5(self.conv4(x))))))


class Up(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
        self.conv = double(inputs, outputs)

    def forward(self, value, skip):
        return self.conv(torch.cat([self.up(value), skip], 1))


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.audio_model = Sound()
        self.fuse_conv = nn.Sequential(double(1024, 512), double(512, 256))
        self.inc = named("inconv", nn.Sequential(InvertedResidual(6, 32)))
        for level, (inputs, outputs) in enumerate([(32, 32), (32, 64), (64, 128), (128, 256), (256, 512)], 1):
            self.add_module(f"down{level}", named("maxpool_conv", nn.Sequential(double(inputs, outputs, 2))))
        for level, (inputs, outputs) in enumerate([(512, 128), (256, 64), (128, 32), (64, 32), (64, 16)], 1):
            self.add_module(f"up{level}", Up(inputs, outputs))
        self.outc = named("conv", nn.Conv2d(16, 3, 1))

    def forward(self, image, audio):
        values = [self.inc(image)]
        for level in range(1, 6):
            values.append(getattr(self, f"down{level}")(values[-1]))
        value = self.fuse_conv(torch.cat([values.pop(), self.audio_model(audio)], 1))
        for level in range(1, 6):
            value = getattr(self, f"up{level}")(value, values.pop())
        return torch.sigmoid(self.outc(value))


class EncoderBlock(nn.Module):
    def __init__(self, inputs, outputs, stride=1, padding=1, kernel=3, residual=False):
        super().__init__()
        self.conv_block = nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, padding), nn.BatchNorm2d(outputs))
        self.residual = residual

    def forward(self, x):
        value = self.conv_block(x)
        return torch.relu(value + x if self.residual else value)


def encoder():
    same = lambda channels: EncoderBlock(channels, channels, residual=True)
    return nn.Sequential(
        EncoderBlock(1, 32), same(32), same(32), EncoderBlock(32, 64, (3, 1)), same(64), same(64),
        EncoderBlock(64, 128, 3), same(128), same(128), EncoderBlock(128, 256, (3, 2)), same(256),
        EncoderBlock(256, 512, padding=0), EncoderBlock(512, 512, padding=0, kernel=1))


def load(module, name):
    state = torch.load(demo / name, map_location="cpu", weights_only=True)
    while not any(isinstance(value, torch.Tensor) for value in state.values()):
        state = next(value for value in state.values() if isinstance(value, dict))
    state = {key.removeprefix("audio_encoder."): value.float() for key, value in state.items()}
    missing, unexpected = module.load_state_dict(state, strict=False)
    assert not unexpected and all(key.endswith("num_batches_tracked") for key in missing), (missing, unexpected)
    return module.eval()


def numbers(index, *shape):
    return torch.from_numpy(hash_numbers(index, shape)).float()


with torch.no_grad():
    face = load(Generator(), "unet_328.fp16.pth")(numbers(9001, 2, 6, 320, 320), 2 * numbers(9002, 2, 32, 16, 16))
    row = load(encoder(), "audio_encoder.fp16.pth")(8 * numbers(9003, 2, 1, 80, 16) - 4)
np.save(fixtures / "demo" / "generator_out.npy", face.numpy()[:, :, ::8, ::8])
np.save(fixtures / "demo" / "encoder_out.npy", row.numpy())
