"""The 328 generator (ave) and the AVE audio encoder in PyTorch, named so that the checkpoints' keys fit.

Plain on purpose: this is what is compared with, so no part of it is rearranged, fused or cached.
"""

import torch
from torch import nn
from torch.nn import functional


class InvertedResidual(nn.Module):
    """1x1 to twice the channels, depthwise 3x3, 1x1 back; nothing after the last batch norm or the sum."""

    def __init__(self, inputs, outputs, stride=1, residual=False):
        super().__init__()
        hidden = 2 * inputs
        self.residual = residual
        self.conv = nn.Sequential(
            nn.Conv2d(inputs, hidden, 1, bias=False),
            nn.BatchNorm2d(hidden),
            nn.ReLU(inplace=True),
            nn.Conv2d(hidden, hidden, 3, stride, 1, groups=hidden, bias=False),
            nn.BatchNorm2d(hidden),
            nn.ReLU(inplace=True),
            nn.Conv2d(hidden, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )

    def forward(self, x):
        return x + self.conv(x) if self.residual else self.conv(x)


class DoubleConvolution(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.double_conv = nn.Sequential(
            InvertedResidual(inputs, outputs, stride), InvertedResidual(outputs, outputs, residual=True)
        )

    def forward(self, x):
        return self.double_conv(x)


class Input(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.inconv = nn.Sequential(InvertedResidual(inputs, outputs))

    def forward(self, x):
        return self.inconv(x)


class Down(nn.Module):
    """Half the size by a stride of 2; the checkpoints' name speaks of a max-pool that is not there."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.maxpool_conv = nn.Sequential(DoubleConvolution(inputs, outputs, 2))

    def forward(self, x):
        return self.maxpool_conv(x)


class Up(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
        self.conv = DoubleConvolution(inputs, outputs, 1)

    def forward(self, x, skip):
        # No padding: at 320 the upsampled size is always the skip's.
        return self.conv(torch.cat([self.up(x), skip], dim=1))


class AudioBranch(nn.Module):
    """A window of 16 feature rows, as 32x16x16, to 512x10x10."""

    def __init__(self):
        super().__init__()
        self.conv1 = InvertedResidual(32, 64)
        self.conv2 = InvertedResidual(64, 128)
        self.conv3 = nn.Conv2d(128, 256, 3, 1, 1)
        self.bn3 = nn.BatchNorm2d(256)
        self.conv4 = InvertedResidual(256, 256, residual=True)
        self.conv5 = nn.Conv2d(256, 512, 3, 2, 3)
        self.bn5 = nn.BatchNorm2d(512)
        self.conv6 = InvertedResidual(512, 512, residual=True)
        self.conv7 = InvertedResidual(512, 512, residual=True)

    def forward(self, x):
        # No activation between the inverted residuals, only after the two plain convolutions.
        x = self.conv2(self.conv1(x))
        x = functional.relu(self.bn3(self.conv3(x)))
        x = self.conv4(x)
        x = functional.relu(self.bn5(self.conv5(x)))
        return self.conv7(self.conv6(x))


class Generator(nn.Module):
    """Image 1x6x320x320 (face, face with the mouth masked) and audio 1x32x16x16 to image 1x3x320x320."""

    def __init__(self):
        super().__init__()
        self.audio_model = AudioBranch()
        self.fuse_conv = nn.Sequential(DoubleConvolution(1024, 512, 1), DoubleConvolution(512, 256, 1))
        self.inc = Input(6, 32)
        self.down1 = Down(32, 32)
        self.down2 = Down(32, 64)
        self.down3 = Down(64, 128)
        self.down4 = Down(128, 256)
        self.down5 = Down(256, 512)
        self.up1 = Up(512, 128)
        self.up2 = Up(256, 64)
        self.up3 = Up(128, 32)
        self.up4 = Up(64, 32)
        self.up5 = Up(64, 16)
        self.outc = nn.ModuleDict({"conv": nn.Conv2d(16, 3, 1)})

    def forward(self, image, audio):
        x1 = self.inc(image)
        x2 = self.down1(x1)
        x3 = self.down2(x2)
        x4 = self.down3(x3)
        x5 = self.down4(x4)
        x6 = self.down5(x5)
        x = self.fuse_conv(torch.cat([x6, self.audio_model(audio)], dim=1))
        x = self.up1(x, x5)
        x = self.up2(x, x4)
        x = self.up3(x, x3)
        x = self.up4(x, x2)
        x = self.up5(x, x1)
        return torch.sigmoid(self.outc["conv"](x))


class EncoderBlock(nn.Module):
    """Convolution, batch norm, ReLU; a residual block adds its input before the ReLU."""

    def __init__(self, inputs, outputs, kernel=3, stride=1, padding=1, residual=False):
        super().__init__()
        self.residual = residual
        self.conv_block = nn.Sequential(
            nn.Conv2d(inputs, outputs, kernel, stride, padding), nn.BatchNorm2d(outputs)
        )

    def forward(self, x):
        y = self.conv_block(x)
        return functional.relu(y + x if self.residual else y)


class AudioEncoder(nn.Sequential):
    """Windows of mel, Nx1x80x16, to Nx512."""

    def __init__(self):
        super().__init__(
            EncoderBlock(1, 32),
            EncoderBlock(32, 32, residual=True),
            EncoderBlock(32, 32, residual=True),
            EncoderBlock(32, 64, stride=(3, 1)),
            EncoderBlock(64, 64, residual=True),
            EncoderBlock(64, 64, residual=True),
            EncoderBlock(64, 128, stride=3),
            EncoderBlock(128, 128, residual=True),
            EncoderBlock(128, 128, residual=True),
            EncoderBlock(128, 256, stride=(3, 2)),
            EncoderBlock(256, 256, residual=True),
            EncoderBlock(256, 512, padding=0),
            EncoderBlock(512, 512, kernel=1, padding=0),
        )

    def forward(self, mel):
        return super().forward(mel).flatten(1)


def load(network, path):
    """Puts a state dict's weights, of any precision, into a network in float32, ready to run."""
    weights = torch.load(path, map_location="cpu", weights_only=True)
    network.load_state_dict({key.removeprefix("audio_encoder."): value for key, value in weights.items()})
    return network.float().eval()
