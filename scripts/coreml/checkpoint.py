"""Writes PyTorch checkpoints without PyTorch: the pickle and the zip archive of torch.save."""

import collections
import io
import pickle
import sys
import types
import zipfile

import numpy as np


class _Storage:
    def __init__(self, key, values):
        self.key, self.values = key, values


class _Tensor:
    def __init__(self, storage):
        self.storage = storage

    def __reduce__(self):
        values = self.storage.values
        strides = tuple(stride // values.itemsize for stride in values.strides)
        return sys.modules["torch._utils"]._rebuild_tensor_v2, (
            self.storage, 0, values.shape, strides, False, collections.OrderedDict())


class _Pickler(pickle.Pickler):
    def persistent_id(self, value):
        if isinstance(value, _Storage):
            return "storage", sys.modules["torch"].FloatStorage, value.key, "cpu", value.values.size
        return None


def _stand_ins():
    """Modules with the two names that the pickle refers to."""
    torch, utilities = types.ModuleType("torch"), types.ModuleType("torch._utils")
    torch.FloatStorage = type("FloatStorage", (), {"__module__": "torch"})

    def _rebuild_tensor_v2():
        raise NotImplementedError

    _rebuild_tensor_v2.__module__, _rebuild_tensor_v2.__qualname__ = "torch._utils", "_rebuild_tensor_v2"
    utilities._rebuild_tensor_v2 = _rebuild_tensor_v2
    torch._utils = utilities
    return {"torch": torch, "torch._utils": utilities}


def write(path, tensors):
    """A state dict of float32 arrays by their keys."""
    storages = [_Storage(str(index), np.ascontiguousarray(values, dtype="<f4")) for index, values in
                enumerate(tensors.values())]
    pickled = io.BytesIO()
    before = {name: sys.modules.get(name) for name in ("torch", "torch._utils")}
    sys.modules.update(_stand_ins())
    try:
        state = collections.OrderedDict((key, _Tensor(storage)) for key, storage in zip(tensors, storages))
        _Pickler(pickled, protocol=2).dump(state)
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("archive/data.pkl", pickled.getvalue())
        for storage in storages:
            archive.writestr(f"archive/data/{storage.key}", storage.values.tobytes())
        archive.writestr("archive/version", "3\n")
