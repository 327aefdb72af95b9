"""The hash numbers of Tests/TestSupport/HashWeights.swift, for Python."""

import numpy as np


def hash_numbers(index, shape):
    """Tensor number `index`: doubles from 0 to 1."""
    mask = np.uint64(0xFFFFFFFF)
    x = np.arange(int(np.prod(shape)), dtype=np.uint64) + np.uint64(index * 2654435761 & 0xFFFFFFFF) & mask
    x ^= x >> np.uint64(16)
    x = x * np.uint64(0x7FEB352D) & mask
    x ^= x >> np.uint64(15)
    x = x * np.uint64(0x846CA68B) & mask
    x ^= x >> np.uint64(16)
    return ((x >> np.uint64(8)).astype(np.float64) / 2**24).reshape(shape)
