#!/usr/bin/env python3
"""Writes the checkpoints of this folder with PyTorch; the tests compute the same values from the same formulas.

Usage: python3 make_checkpoints.py   (made with PyTorch 2.15)
Element i of an ordinary tensor, counted row by row, is i/8, which every floating-point type here holds exactly.
"""
import os
import pathlib
import warnings
import zipfile
from collections import OrderedDict

import torch
from torch import nn

FOLDER = pathlib.Path(__file__).parent


def eighths(*shape, dtype=torch.float32):
    count = int(torch.Size(shape).numel())
    return (torch.arange(count, dtype=torch.float64) / 8).reshape(shape).to(dtype)


def save(name, value, **options):
    torch.save(value, FOLDER / name, **options)


def small_module():
    module = nn.Sequential(nn.Conv2d(2, 3, 1), nn.BatchNorm2d(3))
    with torch.no_grad():
        for tensor in module.state_dict().values():
            if tensor.is_floating_point():
                tensor.copy_(eighths(*tensor.shape))
            else:
                tensor.fill_(7)
    return module


# A module's own state dict: an OrderedDict with _metadata, and num_batches_tracked.
module = small_module()
save("module.pth", module.state_dict())
for protocol in (3, 4, 5):
    save(f"protocol{protocol}.pth", module.state_dict(), pickle_protocol=protocol)
save("legacy.pth", module.state_dict(), _use_new_zipfile_serialization=False)

# Every element type that is read.
types = {str(dtype).split(".")[1]: eighths(2, 4, dtype=dtype)
         for dtype in (torch.float16, torch.bfloat16, torch.float32, torch.float64)}
for dtype in (torch.int8, torch.int16, torch.int32, torch.int64, torch.uint8, torch.uint16, torch.uint32,
              torch.uint64):
    types[str(dtype).split(".")[1]] = torch.arange(8).reshape(2, 4).to(dtype)
types["bool"] = torch.tensor([[True, False, True, True], [False, False, True, False]])
# By their bits: zeros, the subnormals' ends, the normals' ends, one, infinities.
halves = [0x0000, 0x8000, 0x0001, 0x83FF, 0x0400, 0x7BFF, 0xFBFF, 0x3C00, 0x7C00, 0xFC00, 0x7E00]
types["halves"] = torch.tensor(halves, dtype=torch.int32).to(torch.uint16).view(torch.float16)
save("types.pth", types)

# Views of one storage.
base = eighths(24)
save("views.pth", {
    "all": base, "offset": base[6:12].view(2, 3), "transposed": base.view(4, 6).t(), "everyThird": base[::3],
    "expanded": base[5:6].expand(3, 4), "permuted": base.view(2, 3, 4).permute(2, 0, 1), "scalar": base[7],
    "rowsRepeated": base[:4].expand(2, 4), "overlapping": base.as_strided((3, 4), (2, 1), 1),
    "empty": torch.zeros(0, 3)})

tagged = nn.Parameter(eighths(3))
tagged.tag = "kept beside the values"
save("parameters.pth", {"plain": nn.Parameter(eighths(2, 3)), "tagged": tagged})

# What training scripts save, each with the state dict at another place.
optimizer = torch.optim.Adam(module.parameters(), lr=1e-3)
module(torch.ones(1, 2, 2, 2)).sum().backward()
optimizer.step()
scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, [3, 3, 5])
beside = {
    "epoch": 12, "step": 1 << 40, "seed": 1 << 200, "loss": 0.25, "best": None, "done": False,
    "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict(),
    "args": {"lr": 1e-3, "name": "Müller", "betas": (0.9, 0.999), "layers": [1, 2], "raw": b"\x00\xff", "tags": {"a"},
             "size": torch.Size([2, 3]), "device": torch.device("cpu"), "dtype": torch.float16},
}
parallel = OrderedDict(("module." + key, value) for key, value in small_module().state_dict().items())
save("under-model.pth", {**beside, "model": small_module().state_dict()})
save("under-model_state_dict.pth", {"model": "unet", **beside, "model_state_dict": parallel})
save("under-state_dict.pth", {**beside, "state_dict": dict(small_module().state_dict())})
save("nested.pth", {"model": {"state_dict": parallel, "epoch": 1}})
save("parallel.pth", parallel)


# The two key schemes, with tensors as small as they go.
def scheme(inc, down):
    keys = [f"{inc}.conv.0.weight", f"{inc}.conv.1.running_var", f"{down}.double_conv.0.conv.0.weight",
            "audio_model.conv3.weight", "up1.conv.double_conv.0.conv.0.weight", "outc.conv.bias"]
    tensors = {key: eighths(2, 3) + index for index, key in enumerate(keys)}
    tensors[f"{inc}.conv.1.num_batches_tracked"] = torch.tensor(5)
    return tensors


save("scheme-wrapped.pth", scheme("inc.inconv.0", "down1.maxpool_conv.0"))
save("scheme-bare.pth", scheme("inc.inconv", "down1.maxpool_conv"))


# The whole 328 generator in the bare scheme. Every tensor repeats one element of a shared storage: the sum of the
# bytes of its key, as the Sequential-wrapped scheme has it, divided by 8.
class IR(nn.Module):
    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        hidden = 2 * inputs
        self.conv = nn.Sequential(
            nn.Conv2d(inputs, hidden, 1, bias=False), nn.BatchNorm2d(hidden), nn.ReLU(),
            nn.Conv2d(hidden, hidden, 3, stride, 1, groups=hidden, bias=False), nn.BatchNorm2d(hidden), nn.ReLU(),
            nn.Conv2d(hidden, outputs, 1, bias=False), nn.BatchNorm2d(outputs))


class DC(nn.Module):
    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        self.double_conv = nn.Sequential(IR(inputs, outputs, stride), IR(outputs, outputs))


def holder(**modules):
    result = nn.Module()
    for name, value in modules.items():
        result.add_module(name, value)
    return result


def generator328():
    downs = [32, 32, 64, 128, 256, 512]
    ups = [(512, 128), (256, 64), (128, 32), (64, 32), (64, 16)]
    audio = holder(
        conv1=IR(32, 64), conv2=IR(64, 128), conv3=nn.Conv2d(128, 256, 3), bn3=nn.BatchNorm2d(256), conv4=IR(256, 256),
        conv5=nn.Conv2d(256, 512, 3), bn5=nn.BatchNorm2d(512), conv6=IR(512, 512), conv7=IR(512, 512))
    modules = {"audio_model": audio, "fuse_conv": nn.Sequential(DC(1024, 512), DC(512, 256)),
               "inc": holder(inconv=IR(6, 32))}
    for index in range(5):
        modules[f"down{index + 1}"] = holder(maxpool_conv=DC(downs[index], downs[index + 1], 2))
    for index, (inputs, outputs) in enumerate(ups):
        modules[f"up{index + 1}"] = holder(conv=DC(inputs, outputs))
    modules["outc"] = holder(conv=nn.Conv2d(16, 3, 1))
    return holder(**modules)


with torch.device("meta"):
    described = {key: value.shape for key, value in generator328().state_dict().items()
                 if not key.endswith("num_batches_tracked")}
canonical = [key.replace("inc.inconv.", "inc.inconv.0.").replace(".maxpool_conv.", ".maxpool_conv.0.")
             for key in described]
shared = torch.tensor([sum(key.encode()) / 8 for key in canonical])
save("generator328-bare.pth", {
    key: shared[index:index + 1].expand(shape) if len(shape) == 1 else shared[index].expand(shape)
    for index, (key, shape) in enumerate(described.items())})


# What must be refused.
class Hostile:
    def __reduce__(self):
        return os.system, ("touch framegen-executed-a-pickle",)


save("hostile.pth", {"weight": eighths(2), "epoch": Hostile()})
save("numpy-scalar.pth", {"weight": eighths(2), "loss": eighths(2).numpy().mean()})
save("no-state-dict.pth", {"net_g": module.state_dict(), "epoch": 3})
save("list.pth", [eighths(2)])
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    torch.jit.save(torch.jit.trace(nn.ReLU(), torch.ones(1)), FOLDER / "torchscript.pt")

for name, method in (("rezipped.pth", zipfile.ZIP_STORED), ("deflated.pth", zipfile.ZIP_DEFLATED)):
    with zipfile.ZipFile(FOLDER / "module.pth") as source, zipfile.ZipFile(FOLDER / name, "w", method) as target:
        for entry in source.infolist():
            # A fixed date keeps the bytes the same from run to run.
            target.writestr(zipfile.ZipInfo(entry.filename), source.read(entry), compress_type=method)
