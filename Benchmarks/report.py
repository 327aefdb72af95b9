"""Tables of what was measured: medians and spreads, and the ratios beside what they are held to."""

import statistics

MEBIBYTE = 2**20
NETWORK_AT_FP32 = ("network, one thread: ONNX Runtime fp32, whole ÷ framegen at fp32, template known", "network_onnxruntime",
                   "network_framegen_fp32", 1.5, None)
# Name, the measurement that is divided, what it is divided by, at least, to aim at.
RATIOS = [
    ("network, one thread: PyTorch eager, whole ÷ framegen, template known", "network_pytorch", "network_framegen", 10, None),
    ("network, one thread: ONNX Runtime fp32, whole ÷ framegen, template known", "network_onnxruntime", "network_framegen", 2.5, None),
    NETWORK_AT_FP32,
    ("end to end: PyTorch loop ÷ framegen", "seconds_pytorch", "seconds_framegen", 9, 12),
    ("end to end: ONNX Runtime loop ÷ framegen", "seconds_onnxruntime", "seconds_framegen", 3.2, 4.5),
]
# Frames a second wanted of a first pass, with bf16 and without.
FIRST_PASS, FIRST_PASS_IN_FP32 = 24, 15
# Name, measurement, factor, unit, "above" or "under", limit, to aim at.
LIMITS = [
    ("framegen, first pass over 1,000 images", "first_pass_fps_framegen_long", 1, "frames/s", "above", FIRST_PASS, None),
    ("framegen, first pass over 1,000 images, fp32", "first_pass_fps_framegen_long_fp32", 1, "frames/s", "above",
     FIRST_PASS_IN_FP32, None),
    ("loaded avatar, call to first frame", "next_take_frame_framegen", 1000, "ms", "under", 150, None),
    ("loaded avatar, call to first packet at low delay", "next_take_packet_framegen", 1000, "ms", "under", 250, None),
    ("framegen end to end, template stored", "fps_framegen_stored", 1, "frames/s", "above", 30, 45),
    ("share of all cores that framegen keeps busy, warm", "warm_processor_share_framegen", 100, "%", "above", 90, None),
    ("process start to the first frame out of the encoder, template stored", "first_encoded_frame_framegen_stored", 1,
     "s", "under", 1.5, None),
    ("peak memory, default budget", "memory_framegen", 1 / MEBIBYTE, "MiB", "under", 1228.8, None),
    ("peak memory, `--template-cache 0`", "memory_framegen_uncached", 1 / MEBIBYTE, "MiB", "under", 500, None),
    ("a second of sound between 5 and 10 min against one before, difference", "nonlinearity_framegen", 100, "%",
     "under", 5, None),
    ("worst PSNR of the finished frames against fp32", "psnr_framegen", 1, "dB", "above", 50, None),
]
NAMES = {"framegen_long": "framegen, 1,000 images", "framegen_long_uncached": "framegen, 1,000 images, nothing kept",
         "framegen_long_fp32": "framegen, 1,000 images, fp32", "framegen": "framegen", "framegen_stored": "framegen, template stored",
         "pytorch": "PyTorch loop", "onnxruntime": "ONNX Runtime loop"}
# What is sampled of each program.
SAMPLES = [
    ("first_pass_fps_{}", "{}, first pass", "frames/s"),
    ("seconds_{}", "{}, end to end", "s"),
    ("fps_{}", "{}, end to end", "frames/s"),
    ("warm_fps_{}", "{}, warm", "frames/s"),
    ("first_frame_{}", "{}, process start to the first finished frame", "s"),
    ("network_{}", "{}, network alone, one thread", "ms a frame"),
    ("network_{}_fp32", "{} held to fp32, network alone, one thread", "ms a frame"),
]


def number(value):
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def spread(values):
    return f"{number(min(values))} – {number(max(values))}"


def ratios(samples, has_bf16):
    """Each repetition's own ratio: what ran in turn met the same machine."""
    for ratio in RATIOS:
        name, above, below, least, aim = ratio
        if not has_bf16 and (above, below) == ("network_onnxruntime", "network_framegen"):
            least = NETWORK_AT_FP32[3]  # framegen computes in fp32 too
        if not has_bf16 and ratio == NETWORK_AT_FP32:
            continue
        pairs = [a / b for a, b in zip(samples.get(above, []), samples.get(below, []))]
        yield row(name, pairs, "×", "above", least, aim)


def limits(samples, has_bf16):
    for name, key, factor, unit, side, limit, aim in LIMITS:
        if limit == FIRST_PASS and not has_bf16:
            limit = FIRST_PASS_IN_FP32
        yield row(name, [factor * value for value in samples.get(key, [])], unit, side, limit, aim)


def row(name, values, unit, side, limit, aim):
    wanted = f"{side} {number(limit)}" + (f", aim {number(aim)}" if aim else "")
    if not values:
        return [name, "not measured", "", "", wanted, ""]
    median = statistics.median(values)
    met = median > limit if side == "above" else median < limit
    return [name, number(median), spread(values), unit, wanted, "yes" if met else "no"]


def measurements(samples):
    for key, name, unit in SAMPLES:
        for program, program_name in NAMES.items():
            if values := samples.get(key.format(program)):
                yield [name.format(program_name), number(statistics.median(values)), spread(values), unit]


def median_run(results):
    return sorted(results, key=lambda result: result["seconds"])[(len(results) - 1) // 2]


def framegen_stages(told):
    """Where framegen's time goes in a run, and in its warm part."""
    for name, stage in told["bench_stages"].items():
        parts = [stage, told.get("warm", {}).get("stages", {}).get(name, {})]
        times = [part.get(f"{use}_milliseconds_per_frame") for part in parts for use in ("busy", "starved", "blocked")]
        yield [name, str(stage.get("threads", "auto"))] + ["" if time is None else number(time) for time in times]


def stages(runs):
    """Busy milliseconds a frame of each program's stages, of its median run."""
    for name, results in runs.items():
        median = median_run(results)
        parts = ", ".join(f"{stage} {number(busy)}" for stage, busy in median["stages"].items())
        yield [NAMES[name], str(median.get("threads", "")), parts]


def checks(runs):
    """How near the loops' frames are to the reference, the worst of those looked at."""
    for name, results in runs.items():
        found = results[-1].get("checks", {}).values()
        if found:
            psnr = min((check["psnr"] for check in found if check["psnr"] is not None), default=None)
            yield [NAMES[name], str(len(found)), "identical" if psnr is None else f"{psnr:.1f} dB",
                   str(max(check["largest_difference"] for check in found)),
                   f"{100 * min(check['share_within_1'] for check in found):.3f} %"]


def tables(samples, runs, peak, has_bf16, believable):
    yield "Measured", ["what", "median", "spread", "unit"], list(measurements(samples))
    heads = ["what", "median", "spread", "unit", "wanted", "met"]
    rows = list(ratios(samples, has_bf16)) + list(limits(samples, has_bf16))
    if not believable:  # A few frames, or a busy machine, can neither meet nor miss anything.
        rows = [cells[:-1] + (["only indicative"] if cells[-1] else [""]) for cells in rows]
    yield "Held to", heads, rows
    yield "Busy milliseconds a frame, by stage", ["program", "threads", "stages"], list(stages(runs))
    heads = ["stage", "threads", "busy", "starved", "blocked", "warm busy", "warm starved", "warm blocked"]
    for name in runs:
        told = median_run(runs[name])
        if cache := told.get("template_cache"):
            title = (f"{NAMES[name]}, milliseconds a frame; template frames were kept {cache['kept']} times, prepared "
                     f"{cache['prepared']} times, {cache['stored']} of them from disk")
            yield title, heads, list(framegen_stages(told))
    heads = ["program", "frames", "worst PSNR", "largest difference", "bytes within 1, at least"]
    if rows := list(checks(runs)):
        yield "The loops' frames against Demo/reference", heads, rows
    rows = [[kind, number(found["giga_multiply_adds_a_second"]), number(found["whole_network_milliseconds"])]
            for kind, found in peak.items()]
    heads = ["precision", "10⁹ multiply-adds a second", "ms for the whole network at that rate"]
    yield "Matrix products on one thread, the bound", heads, rows


def machine_lines(facts):
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    return [
        f"Processor: {facts['processor']}, {facts['cores_of_the_machine']} cores, {facts['cores_used']} used; "
        f"{', '.join(facts['instructions'])}",
        f"Memory: {facts['memory_gib']} GiB; {facts['system']}, kernel {facts['kernel']}",
        f"Versions: {versions}; this checkout {facts['checkout'] or 'unknown'}",
        f"Rounds: {facts['rounds']}, frames of each run: {facts['limit'] or 'all'}; "
        f"load average before {facts['load_before']:.2f}, after {facts['load_after']:.2f}",
    ]


def text(facts, found):
    lines = machine_lines(facts)
    for title, heads, rows in found:
        widths = [max(len(cells[i]) for cells in [heads] + rows) for i in range(len(heads))]
        lines += ["", title]
        for cells in [heads] + rows:
            lines.append("  ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip())
    return "\n".join(lines)


def markdown(facts, found):
    lines = [f"- {line}" for line in machine_lines(facts)]
    for title, heads, rows in found:
        lines += ["", f"### {title}", ""]
        lines += ["| " + " | ".join(cells) + " |" for cells in [heads, ["---"] * len(heads)] + rows]
    return "\n".join(lines) + "\n"
