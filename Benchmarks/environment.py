"""The environment of the two Python loops: packages, and the networks as ONNX, all in .build-benchmarks."""

import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
WORK = ROOT / ".build-benchmarks"
PYTHON = WORK / "venv" / "bin" / "python"
CHECKPOINT = ROOT / "Demo/checkpoint/unet_328.fp16.pth"
AUDIO_ENCODER = ROOT / "Demo/checkpoint/audio_encoder.fp16.pth"
NO_TORCH = """PyTorch was installed but does not load. For Linux on x86, PyPI has the build that needs CUDA's packages.
Either
  - let pip find the CPU build: set PIP_EXTRA_INDEX_URL to PyTorch's index of CPU builds, or PIP_FIND_LINKS to a folder
    with its wheel, remove .build-benchmarks, and run this again; or
  - run this with --with-cuda-packages, which installs all that PyPI's build asks for (several GB, not used)."""


def set_up(framegen, with_cuda_packages):
    """Makes what is missing, and returns the files of the generator and the audio encoder as ONNX."""
    if shutil.which("ffmpeg") is None:
        sys.exit("The loops encode with the ffmpeg program, which is missing (Debian: apt-get install ffmpeg)")
    WORK.mkdir(exist_ok=True)
    install(with_cuda_packages)
    return export(framegen)


def install(with_cuda_packages):
    requirements = HERE / "requirements.txt"
    stamp = WORK / "venv" / "stamp"
    wanted = f"{sys.version}\n{requirements.read_text()}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing Python packages into {WORK.relative_to(ROOT)}/venv", file=sys.stderr)
    venv.create(WORK / "venv", clear=True, with_pip=True)
    # Without dependencies: PyTorch's would bring gigabytes of CUDA packages, which a CPU has no use for.
    dependencies = [] if with_cuda_packages else ["--no-deps"]
    subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", *dependencies, "-r", requirements], check=True)
    if subprocess.run([PYTHON, "-c", "import torch"], stderr=subprocess.DEVNULL).returncode != 0:
        sys.exit(NO_TORCH)
    stamp.write_text(wanted)


def has_command(framegen, name):
    listed = subprocess.run([framegen, "--help"], check=True, capture_output=True, text=True).stdout
    return any(line.split()[:1] == [name] for line in listed.splitlines())


def export(framegen):
    """By framegen where it can; by PyTorch's exporter otherwise. Kept until the weights change."""
    exporter = "framegen" if has_command(framegen, "export") else "PyTorch"
    digest = hashlib.sha256(CHECKPOINT.read_bytes() + AUDIO_ENCODER.read_bytes()).hexdigest()[:16]
    folder = WORK / f"models-{exporter}-{digest}"
    files = folder / "generator.onnx", folder / "audio_encoder.onnx"
    if all(file.exists() for file in files):
        return files
    print(f"Exporting the networks as ONNX with {exporter}", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        if exporter == "framegen":
            for weights, file, batch in ((CHECKPOINT, files[0], "1"), (AUDIO_ENCODER, files[1], "dynamic")):
                command = [framegen, "export", "--checkpoint", weights, "--output", file, "--batch", batch]
                subprocess.run(command, check=True, stdout=sys.stderr)
        else:
            command = [PYTHON, "-B", HERE / "export_networks.py"]
            command += ["--checkpoint", CHECKPOINT, "--model-output", files[0]]
            command += ["--audio-encoder", AUDIO_ENCODER, "--audio-encoder-output", files[1]]
            subprocess.run(command, check=True)
    except subprocess.CalledProcessError as error:
        shutil.rmtree(folder)
        sys.exit(f"The networks could not be exported: {error}")
    return files
