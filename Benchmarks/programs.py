"""The three programs that are compared: their command lines, and their results in one form.

A result is a dictionary: `frames`, `seconds`, `frames_per_second`, `stages` (busy milliseconds a frame by name),
`network_milliseconds` (a frame), `processor_share` (1: all cores busy throughout), `peak_memory_bytes`.
"""

import json
import re
import shutil
import statistics
import subprocess
import wave

from environment import AUDIO_ENCODER, CHECKPOINT, HERE, PYTHON, ROOT, WORK
from measuring import measure

TEMPLATE = ROOT / "Demo/template"
SPEECH = ROOT / "Demo/audio/speech.wav"
REFERENCE = ROOT / "Demo/reference"
# As a frame goes through them.
STAGES = "audio", "cut", "infer", "paste", "encode"


def whole_run(measured, cores):
    """What is measured from the outside."""
    return {
        "process_seconds": measured.seconds,
        "processor_share": measured.processor_seconds / (measured.seconds * cores),
        "peak_memory_bytes": measured.peak_memory_bytes,
    }


class PythonLoop:
    """One of the two loops in Python."""

    def __init__(self, script, networks, cores, limit=None):
        self.command = [PYTHON, "-B", HERE / script, *networks, "--template", TEMPLATE, "--audio", SPEECH]
        self.cores = cores
        self.more = ["--output", WORK / "loop.mp4", "--reference", REFERENCE]
        if limit:
            self.more += ["--limit", limit]

    def end_to_end(self, threads=None):
        measured = measure(self.command + self.more + (["--threads", threads] if threads else []))
        told = json.loads(measured.output)
        stages = {name: 1000 * seconds / told["frames"] for name, seconds in told.pop("stage_seconds").items()}
        return told | whole_run(measured, self.cores) | {
            "stages": stages,
            "network_milliseconds": told["network_median_milliseconds"],
        }

    def network_alone(self):
        """Milliseconds of the generator a frame on one thread, the median of some frames."""
        told = json.loads(measure(self.command + ["--network-only", "--threads", 1]).output)
        return statistics.median(told["network_milliseconds"])


class Framegen:
    """framegen, measured by its own `bench`: one rendering a process, so that each pays for its start."""

    # With what depends on the template found on disk.
    STORED = ["--template-cache-on-disk"]

    def __init__(self, program, cores, limit=None):
        self.program = program
        self.cores = cores
        self.limit = limit
        self.precision = []
        # A copy, as it is kept beside the images.
        self.template = WORK / "template"
        shutil.rmtree(self.template, ignore_errors=True)
        shutil.copytree(TEMPLATE, self.template, ignore=shutil.ignore_patterns("framegen-cache"))

    def use_long_template(self, image_count=1000):
        """The demo's images again and again under other names, as many as people's templates have: a speech shows each once."""
        self.template = WORK / f"template-{image_count}"
        if not self.template.is_dir():
            sources = len(list((TEMPLATE / "full_body_img").iterdir()))
            for folder, ending in ("full_body_img", "jpg"), ("landmarks", "lms"):
                (self.template / folder).mkdir(parents=True)
                for number in range(image_count):
                    source = TEMPLATE / folder / f"{number % sources}.{ending}"
                    (self.template / folder / f"{number}.{ending}").symlink_to(source)

    def choose_precision(self, processor_has_bf16):
        """Its own choice where it makes one; else the fastest that the processor has."""
        listed = re.search(r"--precision <.*?values: ([^;)]*)", self.printed("help", "bench"), re.DOTALL)
        values = listed[1].replace(",", " ").split()
        best = "auto" if "auto" in values else "bf16" if processor_has_bf16 else "fp32"
        self.precision = ["--precision", best]

    def printed(self, *arguments):
        return subprocess.run([self.program, *arguments], check=True, capture_output=True, text=True).stdout

    def version(self):
        # Later lines are the runtimes; in older versions this is the number alone.
        return self.printed("--version").split("\n")[0].removeprefix("framegen ")

    def inputs(self, audio=SPEECH):
        weights = ["--checkpoint", CHECKPOINT, "--audio-encoder", AUDIO_ENCODER]
        return weights + ["--template", self.template, "--audio", audio]

    def end_to_end(self, *flags, audio=SPEECH):
        # A flag that is given twice has its last value.
        command = [self.program, "bench", *self.inputs(audio), *self.precision, *flags]
        command += ["--repetitions", 1, "--progress", "none", "--json"]
        limit = self.limit if audio == SPEECH else None
        measured = measure(command + (["--limit", limit] if limit else []))
        return bench_result(json.loads(measured.output), self.cores) | whole_run(measured, self.cores)

    def network_alone(self, *flags):
        """Milliseconds of the network a frame on one thread, the template being known."""
        return self.end_to_end("--threads", 1, *flags)["network_milliseconds"]

    def worst_psnr(self):
        """Of all finished frames, before any encoding, against those in fp32 with nothing kept."""
        folders = WORK / "frames-fp32", WORK / "frames"
        for folder, flags in zip(folders, (["--precision", "fp32", "--template-cache", 0], self.precision)):
            command = [self.program, "generate", *self.inputs(), *flags, "--frames-dir", folder, "--overwrite"]
            measure(command + ["--progress", "none"] + (["--limit", self.limit] if self.limit else []))
        compared = json.loads(measure([self.program, "validate", *folders, "--json"]).output)
        for folder in folders:
            shutil.rmtree(folder)
        # Equal frames have "inf".
        return float(compared["summary"]["frame"]["psnr"]["worst"])


def bench_result(told, cores):
    """From what `framegen bench --json` prints, the part of it that is used here:

    {"frames": 348, "seconds": 9.1, "frames_per_second": 38.2, "first_frame_seconds": 0.9,
     "first_encoded_frame_seconds": 1.2, "template_cache": {"kept_share": 0.7, ...},
     "stages": {"infer": {"busy_milliseconds_per_frame": 21.5, "starved_…": 1.2, "blocked_…": 3.4}, ...},
     "warm": {"frames": 150, "frames_per_second": 41.0, "processor_share": 0.93, "stages": {...}}, ...}

    `warm` is not there when the template has not been used once; `first_pass`, of the same form, is what came until then.
    """
    warm = told.get("warm") or told
    told["stages"] = {name: told["stages"][name] for name in STAGES if name in told["stages"]}
    result = {
        "stages": {name: stage["busy_milliseconds_per_frame"] for name, stage in told["stages"].items()},
        "network_milliseconds": warm["stages"]["infer"]["busy_milliseconds_per_frame"],
        "first_pass_frames_per_second": told["first_pass"]["frames_per_second"],
        "warm_frames_per_second": warm["frames_per_second"],
        "next_take_first_frame": told["next_take"]["seconds_to_first_frame"],
        "next_take_first_packet": told["next_take"]["seconds_to_first_packet"],
        # Of the cores used here: framegen counts those of the machine.
        "warm_processor_share": warm["processor_share"] * told["processors"] / cores,
    }
    return told | result | {"bench_stages": told["stages"]}


def speech_of(seconds):
    """The demo's speech again and again, cut to a length; returns its file."""
    path = WORK / f"speech-{seconds}s.wav"
    with wave.open(str(SPEECH)) as source, wave.open(str(path), "wb") as target:
        parameters, samples = source.getparams(), source.readframes(source.getnframes())
        size = seconds * parameters.framerate * parameters.sampwidth * parameters.nchannels
        target.setparams(parameters)
        target.writeframes((samples * (size // len(samples) + 1))[:size])
    return path
