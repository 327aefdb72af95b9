"""The original's loop on PyTorch, eager and in float32, as the original runs it on a CPU."""

import torch

import original_loop
from networks import AudioEncoder, Generator, load


def networks(chosen):
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    encoder, generator = load(AudioEncoder(), chosen.audio_encoder), load(Generator(), chosen.checkpoint)

    @torch.no_grad()
    def encode(mel):
        return encoder(torch.from_numpy(mel)).numpy()

    @torch.no_grad()
    def generate(image, audio):
        return generator(torch.from_numpy(image), torch.from_numpy(audio))[0].numpy()

    return encode, generate


def facts():
    return {"engine": "PyTorch " + torch.__version__, "threads": torch.get_num_threads()}


if __name__ == "__main__":
    chosen = original_loop.options(
        __doc__, checkpoint="the generator's state dict", audio_encoder="the audio encoder's state dict"
    )
    original_loop.run(chosen, facts, networks)
