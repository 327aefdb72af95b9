"""The facts about the machine and the programs that go with every figure."""

import json
import os
import platform
import subprocess
from pathlib import Path

from environment import PYTHON, ROOT

# What decides the speed of the arithmetic.
INSTRUCTIONS = "avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "asimd", "bf16", "i8mm"
VERSIONS = """
import json, platform, torch, onnxruntime, cv2, numpy
print(json.dumps({"Python": platform.python_version(), "PyTorch": torch.__version__,
    "ONNX Runtime": onnxruntime.__version__, "OpenCV": cv2.__version__, "NumPy": numpy.__version__}))
"""


def printed(*command):
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    return result.stdout.strip() if result.returncode == 0 else ""


def processor():
    """Its name and which of the instructions above it has."""
    try:
        lines = [line.split(":", 1) for line in Path("/proc/cpuinfo").read_text().splitlines() if ":" in line]
    except OSError:
        return platform.processor(), []
    facts = {name.strip(): value.strip() for name, value in lines}
    flags = facts.get("flags", facts.get("Features", "")).split()
    name = facts.get("model name", platform.machine())
    if "cpu family" in facts:  # virtual machines often hide the model behind a general name
        name += f" (family {facts['cpu family']}, model {facts['model']})"
    return name, [flag for flag in INSTRUCTIONS if flag in flags]


def system():
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.system()


def facts(framegen, cores):
    name, instructions = processor()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    ffmpeg = printed("ffmpeg", "-version").split()[2:3]
    return {
        "processor": name,
        "instructions": instructions,
        "cores_of_the_machine": os.cpu_count(),
        "cores_used": cores,
        "memory_gib": round(memory / 2**30, 1),
        "system": system(),
        "kernel": platform.release(),
        "versions": json.loads(printed(PYTHON, "-c", VERSIONS))
        | {"ffmpeg": "".join(ffmpeg), "framegen": framegen.version()},
        # Of the folder this lies in; a program named with --framegen may be built from another.
        "checkout": printed("git", "describe", "--always", "--dirty"),
        "load_before": os.getloadavg()[0],
    }
