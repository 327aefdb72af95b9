"""What one thread's multiplications reach on this machine, as the bound of every network's time."""

import json
import sys
import time

import torch

SIZE = 1536
WHOLE_NETWORK = 4.88584e9  # multiply-adds of the 328 generator (ave) for a frame


def multiply_adds_a_second(kind):
    """The best of some products of square matrices."""
    left, right = (torch.randn(SIZE, SIZE).to(kind) for _ in range(2))
    best = float("inf")
    for _ in range(8):
        began = time.perf_counter()
        torch.mm(left, right)
        best = min(best, time.perf_counter() - began)
    return SIZE**3 / best


kinds = {"fp32": torch.float32}
if "bf16" in sys.argv[1:]:
    kinds["bf16"] = torch.bfloat16
torch.set_num_threads(1)
rates = {name: multiply_adds_a_second(kind) for name, kind in kinds.items()}
json.dump(
    {name: {"giga_multiply_adds_a_second": rate / 1e9, "whole_network_milliseconds": 1000 * WHOLE_NETWORK / rate}
     for name, rate in rates.items()},
    sys.stdout,
)
