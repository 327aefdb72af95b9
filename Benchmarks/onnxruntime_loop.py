"""The original's loop on ONNX Runtime, in float32 with its stock settings."""

import os

import numpy
import onnxruntime

import original_loop


def networks(chosen):
    settings = onnxruntime.SessionOptions()
    if chosen.threads:
        settings.intra_op_num_threads = chosen.threads
    encoder, generator = (
        onnxruntime.InferenceSession(path, settings, providers=["CPUExecutionProvider"])
        for path in (chosen.audio_encoder, chosen.model)
    )
    mel_input = encoder.get_inputs()[0]
    # A file with a fixed batch takes that many windows at a time, others all at once.
    batch = mel_input.shape[0] if isinstance(mel_input.shape[0], int) else None
    # Exporters name the generator's first input differently; the order is the same everywhere.
    image_name, audio_name = (value.name for value in generator.get_inputs())

    def encode(mel):
        size = batch or len(mel)
        parts = [encoder.run(None, {mel_input.name: mel[i : i + size]})[0] for i in range(0, len(mel), size)]
        return numpy.concatenate(parts).reshape(len(mel), -1)

    def generate(image, audio):
        return generator.run(None, {image_name: image, audio_name: audio})[0][0]

    return encode, generate


def facts(chosen):
    # Left to itself, ONNX Runtime takes a thread for each core.
    return {"engine": "ONNX Runtime " + onnxruntime.__version__, "threads": chosen.threads or os.cpu_count()}


if __name__ == "__main__":
    chosen = original_loop.options(__doc__, model="the generator as ONNX", audio_encoder="the audio encoder as ONNX")
    original_loop.run(chosen, lambda: facts(chosen), networks)
