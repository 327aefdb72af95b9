"""Runs a program and measures it from the outside, the same way for all that are compared."""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass


@dataclass
class Measured:
    """What a program took, with the programs that it started and waited for."""

    seconds: float  # from its start to its end
    processor_seconds: float
    peak_memory_bytes: int  # of the largest process
    output: str
    errors: list  # of its lines on standard error, each with the seconds after its start


def measure(command):
    with tempfile.TemporaryFile("w+") as output:
        began = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], stdout=output, stderr=subprocess.PIPE, text=True)
        errors = [(time.perf_counter() - began, line.rstrip("\n")) for line in process.stderr]
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            sys.exit("\n".join([line for _, line in errors] + [f"Failed: {' '.join(map(str, command))}"]))
        output.seek(0)
        # ru_maxrss counts kibibytes, on Darwin bytes.
        unit = 1 if sys.platform == "darwin" else 1024
        return Measured(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit, output.read(), errors)
