"""From a sound file to windows of mel, one a video frame, as the original's AVE features take them."""

import wave

import numpy

RATE = 16_000
FFT = 800
HOP = 200
BANDS = 80
WINDOW = 16  # columns of mel that one row of features sees
MEL_RATE = RATE // HOP
FRAME_RATE = 25


def read_sound(path):
    """Mono samples in [-1, 1). Only what the demo has: 16-bit PCM at 16 kHz, so that no resampler is measured."""
    with wave.open(path) as file:
        if file.getframerate() != RATE or file.getsampwidth() != 2:
            raise SystemExit(f"{path}: expected 16-bit PCM at {RATE} Hz, found "
                             f"{8 * file.getsampwidth()} bits at {file.getframerate()} Hz")
        samples = numpy.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        return samples.reshape(-1, file.getnchannels()).astype(numpy.float32).mean(axis=1) / 32768


def mel_from_hertz(hertz):
    """Slaney's scale: linear to 1000 Hz, logarithmic above."""
    hertz = numpy.asarray(hertz, dtype=numpy.float64)
    logarithmic = 15 + 27 * numpy.log(numpy.maximum(hertz, 1000) / 1000) / numpy.log(6.4)
    return numpy.where(hertz < 1000, 3 * hertz / 200, logarithmic)


def hertz_from_mel(mel):
    return numpy.where(mel < 15, 200 * mel / 3, 1000 * 6.4 ** ((mel - 15) / 27))


def mel_bands():
    """80x401 triangles between 55 and 7600 Hz, each with an area of 1 (Slaney's normalisation)."""
    edges = hertz_from_mel(numpy.linspace(mel_from_hertz(55), mel_from_hertz(7600), BANDS + 2))
    bins = numpy.linspace(0, RATE / 2, FFT // 2 + 1)
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising = (bins - low) / (middle - low)
    falling = (high - bins) / (high - middle)
    return numpy.maximum(0, numpy.minimum(rising, falling)) * 2 / (high - low)


def mel_spectrogram(samples):
    """Columns x 80, normalised to [-4, 4]."""
    samples = samples.astype(numpy.float64)
    emphasised = numpy.append(samples[:1], samples[1:] - 0.97 * samples[:-1])
    padded = numpy.pad(emphasised, FFT // 2)
    columns = numpy.lib.stride_tricks.sliding_window_view(padded, FFT)[::HOP]
    hann = 0.5 - 0.5 * numpy.cos(2 * numpy.pi * numpy.arange(FFT) / FFT)  # periodic
    magnitudes = numpy.abs(numpy.fft.rfft(columns * hann, axis=1))
    decibels = 20 * numpy.log10(numpy.maximum(1e-5, magnitudes @ mel_bands().T)) - 20
    return numpy.clip(8 * (decibels + 100) / 100 - 4, -4, 4)


def mel_windows(samples):
    """N x 1 x 80 x 16 in float32; a window that would pass the end is the last one."""
    mel = mel_spectrogram(samples)
    count = int((len(mel) - WINDOW) / MEL_RATE * FRAME_RATE) + 2
    starts = [min(int(MEL_RATE * (i / FRAME_RATE)), len(mel) - WINDOW) for i in range(count)]
    windows = numpy.stack([mel[start : start + WINDOW].T for start in starts])
    return windows[:, None].astype(numpy.float32)


def features_of_sound(path, encode, batch=64):
    """Rows of 512, one a video frame: the encoder's, with the first and the last repeated once."""
    windows = mel_windows(read_sound(path))
    rows = numpy.concatenate([encode(windows[i : i + batch]) for i in range(0, len(windows), batch)])
    return numpy.concatenate([rows[:1], rows, rows[-1:]])


def audio_window(features, frame):
    """Rows [frame-8, frame+8) as 1x32x16x16; rows outside are zeros."""
    window = numpy.zeros((16, features.shape[1]), dtype=numpy.float32)
    first, last = max(0, frame - 8), min(len(features), frame + 8)
    window[first - (frame - 8) : last - (frame - 8)] = features[first:last]
    return window.reshape(1, 32, 16, 16)
