// Runs on the audio thread: hands samples on in blocks of some 20 ms.

class Capture extends AudioWorkletProcessor {
  #block = new Float32Array(Math.round(sampleRate / 50));
  #count = 0;

  process([[samples]]) {
    for (const sample of samples ?? []) {
      this.#block[this.#count++] = sample;
      if (this.#count === this.#block.length) {
        this.port.postMessage(this.#block);
        this.#count = 0;
      }
    }
    return true;
  }
}

registerProcessor("capture", Capture);
