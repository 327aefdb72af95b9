// What makes the avatar speak: files, samples, the microphone, and the button that stops it.

import { byID, element, showProblem } from "./elements.js";
import { Microphone, SpeechInPieces, StreamedSpeech, canStreamBodies, level } from "./microphone.js";
import { request } from "./server.js";

const samples = [
  { name: "Sample 1", file: "samples/sample-1.wav" },
  { name: "Sample 2", file: "samples/sample-2.wav" },
  { name: "Sample 3", file: "samples/sample-3.wav" },
];

/** The part of the page that speaks. It gets the session's address, or null, from `session`. */
export class Speaking {
  #session;
  #utterances;
  #render;
  #chosen = null;
  #microphone = null;
  #isOpening = false;

  constructor({ session, utterances, render }) {
    this.#session = session;
    this.#utterances = utterances;
    this.#render = render;
    byID("choose").onclick = () => byID("file").click();
    byID("file").onchange = ({ target }) => {
      if (target.files[0]) this.#choose({ name: target.files[0].name, data: target.files[0] });
      target.value = "";
    };
    for (const sample of samples) {
      byID("samples").append(element("li", {},
        element("button", { type: "button", onclick: () => this.#chooseSample(sample) }, sample.name)));
    }
    byID("again").onclick = () => this.speak(this.#chosen);
    byID("render").onclick = () => this.#renderChosen();
    byID("stop").onclick = () => this.stop();
    byID("microphone").onclick = () => (this.#microphone ? this.closeMicrophone() : this.#openMicrophone());
    this.#takeDrops();
  }

  /** Says whether there is a session to speak in. */
  set isPossible(value) {
    const buttons = document.querySelectorAll("#samples button, #again, #microphone, #stop");
    for (const button of buttons) button.disabled = !value;
    if (!value) this.closeMicrophone({ sendsRest: false });
  }

  #takeDrops() {
    const zone = byID("drop");
    let depth = 0;
    const over = (change) => {
      depth = Math.max(0, depth + change);
      zone.classList.toggle("over", depth > 0);
    };
    const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
    // The whole page takes a file: who misses the zone would otherwise leave the page.
    document.addEventListener("dragenter", (event) => hasFiles(event) && over(1));
    document.addEventListener("dragleave", (event) => hasFiles(event) && over(-1));
    document.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
    document.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      over(-depth);
      const [file] = event.dataTransfer.files;
      if (file) this.#choose({ name: file.name, data: file });
    });
  }

  async #chooseSample({ name, file }) {
    try {
      this.#choose({ name, data: await (await request(file)).blob() });
    } catch (error) {
      showProblem(error);
    }
  }

  #choose(sound) {
    this.#chosen = sound;
    byID("chosen").hidden = false;
    byID("chosen-name").textContent = sound.name;
    byID("chosen-size").textContent = `${Math.max(1, Math.round(sound.data.size / 1024)).toLocaleString()} KiB`;
    this.speak(sound);
  }

  /** Sends a sound to be spoken. */
  async speak(sound) {
    const session = this.#session();
    if (!session || !sound) return;
    const utterance = this.#utterances.add(sound.name);
    durationOf(sound.data).then((duration) => utterance.lasts(duration));
    const type = sound.data.type || "application/octet-stream";
    const query = byID("cut-in").checked ? "?interrupt=true" : "";
    await this.#post(`${session}/speech${query}`, utterance, sound.data, type).catch(() => {});
  }

  /** Sends speech; what goes wrong is shown, and thrown for whoever has more to send. */
  async #post(path, utterance, body, type) {
    const streaming = body instanceof ReadableStream ? { duplex: "half" } : {};
    try {
      const response = await request(path, { method: "POST", body, headers: { "Content-Type": type }, ...streaming });
      this.#utterances.accept(utterance, (await response.json()).utterance);
    } catch (error) {
      utterance.show("failed", { detail: error.detail ?? error.message });
      showProblem(error);
      throw error;
    }
  }

  async stop() {
    const session = this.#session();
    if (!session) return;
    this.closeMicrophone({ sendsRest: false });
    try {
      await request(`${session}/interrupt`, { method: "POST" });
    } catch (error) {
      showProblem(error);
    }
  }

  async #renderChosen() {
    const button = byID("render");
    button.disabled = true;
    button.textContent = "Sending…";
    try {
      await this.#render(this.#chosen);
    } catch (error) {
      showProblem(error);
    } finally {
      button.disabled = false;
      button.textContent = "Render as video";
    }
  }

  async #openMicrophone() {
    const session = this.#session();
    if (!session || this.#isOpening) return;
    this.#isOpening = true;
    let microphone = null;
    try {
      let speech = null;
      microphone = await Microphone.open((block) => {
        try {
          speech?.hear(block);
          this.#showLevel(level(block));
        } catch (error) {
          this.closeMicrophone();
          showProblem(error);
        }
      });
      if (byID("cut-in").checked) await request(`${session}/interrupt`, { method: "POST" });
      const utterance = this.#utterances.add("Microphone", { isStreamed: true });
      const post = (body, query = "") =>
        this.#post(`${session}/speech${query}`, utterance, body, microphone.contentType)
          .catch(() => this.closeMicrophone({ sendsRest: false }));
      const stream = `microphone-${Date.now()}-${Math.floor(Math.random() * 1e6)}`;
      speech = canStreamBodies()
        ? new StreamedSpeech(post)
        : new SpeechInPieces(microphone.sampleRate, (body, isLast) =>
          post(body, `?stream=${stream}${isLast ? "&last=true" : ""}`));
      this.#microphone = { microphone, speech };
      this.#showMicrophone(true);
    } catch (error) {
      microphone?.close();
      showProblem(error);
    } finally {
      this.#isOpening = false;
    }
  }

  closeMicrophone({ sendsRest = true } = {}) {
    if (!this.#microphone) return;
    const { microphone, speech } = this.#microphone;
    this.#microphone = null;
    microphone.close();
    // One body is over when it is closed; a stream of pieces that goes on no more ends at the server by itself.
    if (sendsRest || speech instanceof StreamedSpeech) speech.finish();
    this.#showMicrophone(false);
  }

  #showMicrophone(isOpen) {
    const button = byID("microphone");
    button.dataset.state = isOpen ? "open" : "closed";
    button.querySelector("span").textContent = isOpen ? "Close microphone" : "Microphone";
    byID("level").hidden = !isOpen;
  }

  #showLevel(loudest) {
    const meter = byID("level");
    // Falls slowly, so that one sees it.
    meter.value = Math.max(Math.sqrt(loudest), meter.value * 0.9);
  }
}

/** How long a sound is; null where the browser does not read it, which the server may. */
function durationOf(blob) {
  const address = URL.createObjectURL(blob);
  const audio = new Audio();
  return new Promise((resolve) => {
    const done = (value) => {
      URL.revokeObjectURL(address);
      resolve(Number.isFinite(value) && value > 0 ? value : null);
    };
    audio.onloadedmetadata = () => done(audio.duration);
    audio.onerror = () => done(null);
    audio.preload = "metadata";
    audio.src = address;
  });
}
