"""The three programs that are compared: their command lines, and their results in one form.

A result is a dictionary: `frames`, `seconds`, `frames_per_second`, `stages` (busy milliseconds a frame by name),
`network_milliseconds` (a frame), `processor_share` (1: all cores busy throughout), `peak_memory_bytes`.
"""

import json
import statistics
import subprocess
import wave

from environment import AUDIO_ENCODER, CHECKPOINT, HERE, PYTHON, ROOT, WORK, has_command
from measuring import measure

TEMPLATE = ROOT / "Demo/template"
SPEECH = ROOT / "Demo/audio/speech.wav"
REFERENCE = ROOT / "Demo/reference"
NETWORK_STAGES = "network", "generate"


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
    """framegen, through `bench` where it has that, and through `generate` otherwise."""

    def __init__(self, program, cores, limit=None):
        self.program = program
        self.cores = cores
        self.limit = limit
        self.benches = has_command(program, "bench")
        self.help = self.help_of("generate") + (self.help_of("bench") if self.benches else "")

    def help_of(self, command):
        return subprocess.run([self.program, "help", command], check=True, capture_output=True, text=True).stdout

    def has(self, flag):
        return flag in self.help

    def has_other_precision(self):
        return "bf16" in self.help

    def version(self):
        return subprocess.run([self.program, "--version"], check=True, capture_output=True, text=True).stdout.strip()

    def inputs(self, audio=SPEECH):
        return ["--checkpoint", CHECKPOINT, "--template", TEMPLATE, "--audio", audio, "--audio-encoder", AUDIO_ENCODER]

    def generate(self, *flags, audio=SPEECH, limit=None):
        command = [self.program, "generate", *self.inputs(audio), *flags, "--progress", "json"]
        command += ["--output", WORK / "framegen.mp4", "--overwrite"]
        return measure(command + (["--limit", limit] if limit else []))

    def end_to_end(self, *flags, audio=SPEECH):
        limit = self.limit if audio == SPEECH else None
        if self.benches and (limit is None or "--limit" in self.help_of("bench")):
            command = [self.program, "bench", *self.inputs(audio), *flags, "--json"]
            measured = measure(command + (["--limit", limit] if limit else []))
            return bench_result(measured.output) | whole_run(measured, self.cores)
        measured = self.generate(*flags, audio=audio, limit=limit)
        return generate_result(measured.errors) | whole_run(measured, self.cores)

    def network_alone(self, *flags):
        """Milliseconds of the network a frame on one thread, averaged over a whole run."""
        return self.end_to_end("--threads", 1, *flags)["network_milliseconds"]

    def seconds_to_first_frame(self):
        """From the process's start to the first frame's progress event, so with loading everything."""
        for seconds, event in events(self.generate(limit=8).errors):
            if event.get("event") == "frame":
                return seconds
        raise SystemExit("framegen reported no frame")


def bench_result(output):
    """From what `framegen bench --json` prints:

    {"frames": 348, "seconds": 9.1, "frames_per_second": 38.2, "peak_memory_bytes": 900000000,
     "first_frame_seconds": 1.1, "stages": {"network": {"busy_milliseconds_per_frame": 21.5, ...}, ...}, ...}
    """
    told = json.loads(output)
    stages = {name: stage["busy_milliseconds_per_frame"] for name, stage in told["stages"].items()}
    return common(told, stages) | {"first_frame_seconds": told.get("first_frame_seconds")}


def generate_result(lines):
    """From the last event of `framegen generate --progress json`."""
    told = [event for _, event in events(lines) if event.get("event") == "finished"][-1]
    return common(told, {name: 1000 * busy / told["frames"] for name, busy in told["busy_seconds"].items()})


def common(told, stages):
    result = {key: told[key] for key in ("frames", "seconds", "frames_per_second")}
    network = next(stages[name] for name in NETWORK_STAGES if name in stages)
    return result | {"engine": told.get("engine"), "stages": stages, "network_milliseconds": network}


def events(lines):
    for seconds, line in lines:
        if line.startswith("{"):
            yield seconds, json.loads(line)


def speech_of(seconds):
    """The demo's speech again and again, cut to a length; returns its file."""
    path = WORK / f"speech-{seconds}s.wav"
    with wave.open(str(SPEECH)) as source, wave.open(str(path), "wb") as target:
        parameters, samples = source.getparams(), source.readframes(source.getnframes())
        size = seconds * parameters.framerate * parameters.sampwidth * parameters.nchannels
        target.setparams(parameters)
        target.writeframes((samples * (size // len(samples) + 1))[:size])
    return path
