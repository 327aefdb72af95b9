// The microphone as 16-bit PCM, in one body where the browser streams it, else in short pieces.

import { Problem } from "./server.js";

const rate = 16000;
const shortestPieceInSeconds = 0.2;
const longestWaitInSeconds = 5;

/** An open microphone: gives blocks of samples until it is closed. */
export class Microphone {
  #stream;
  #context;

  /** Asks for the microphone; `heard` gets every block of samples in -1...1. */
  static async open(heard) {
    if (!navigator.mediaDevices?.getUserMedia) {
      throw new Problem({
        title: "No microphone here", detail: "Browsers give the microphone to pages over HTTPS or on localhost only.",
      });
    }
    const microphone = new Microphone();
    try {
      await microphone.#open(heard);
    } catch (error) {
      microphone.close();
      const isRefused = error.name === "NotAllowedError";
      throw new Problem({
        title: isRefused ? "The microphone is not allowed" : "The microphone cannot be opened",
        detail: isRefused ? "Allow it in the browser's settings for this page." : error.message,
      });
    }
    return microphone;
  }

  async #open(heard) {
    this.#stream = await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true },
    });
    let source;
    try {
      this.#context = new AudioContext({ sampleRate: rate });
      source = this.#context.createMediaStreamSource(this.#stream);
    } catch {
      // Some browsers do not resample a microphone; the server does.
      await this.#context?.close();
      this.#context = new AudioContext();
      source = this.#context.createMediaStreamSource(this.#stream);
    }
    await this.#context.audioWorklet.addModule(new URL("microphone-worklet.js", import.meta.url));
    const options = { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" };
    const capture = new AudioWorkletNode(this.#context, "capture", options);
    capture.port.onmessage = ({ data }) => heard(data);
    source.connect(capture);
    await this.#context.resume();
  }

  get contentType() {
    return `audio/pcm;format=s16le;rate=${this.#context.sampleRate}`;
  }

  get sampleRate() {
    return this.#context.sampleRate;
  }

  close() {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    if (this.#context?.state !== "closed") this.#context?.close();
  }
}

/** The loudest sample of a block. */
export function level(block) {
  return block.reduce((loudest, sample) => Math.max(loudest, Math.abs(sample)), 0);
}

function pcm(blocks) {
  const bytes = new DataView(new ArrayBuffer(2 * blocks.reduce((count, block) => count + block.length, 0)));
  let at = 0;
  for (const block of blocks) {
    for (const sample of block) {
      bytes.setInt16(at, Math.max(-1, Math.min(1, sample)) * 32767, true);
      at += 2;
    }
  }
  return new Uint8Array(bytes.buffer);
}

/** Browsers stream a request's body over HTTP/2 and newer only. */
export function canStreamBodies() {
  const [page] = performance.getEntriesByType("navigation");
  let isAsked = false;
  const hasType = new Request("/", {
    body: new ReadableStream(), method: "POST",
    get duplex() {
      isAsked = true;
      return "half";
    },
  }).headers.has("Content-Type");
  return isAsked && !hasType && /^h[23]/.test(page?.nextHopProtocol ?? "");
}

/** Everything that is heard as one body, sent while it is spoken. */
export class StreamedSpeech {
  #controller;

  constructor(post) {
    const body = new ReadableStream({ start: (controller) => (this.#controller = controller) });
    post(body);
  }

  hear(block) {
    try {
      this.#controller.enqueue(pcm([block]));
    } catch {
      // The request has failed, which whoever posts it tells.
    }
  }

  finish() {
    try {
      this.#controller.close();
    } catch {
      // As above.
    }
  }
}

/** What is heard as short bodies, one after the other, which the server joins again. */
export class SpeechInPieces {
  #post;
  #rate;
  #blocks = [];
  #length = 0;
  #isLast = false;
  #isSending = false;

  /** `post` sends samples, and whether they are the last. */
  constructor(sampleRate, post) {
    this.#rate = sampleRate;
    this.#post = post;
  }

  hear(block) {
    if (this.#length > longestWaitInSeconds) {
      throw new Problem({
        title: "The connection is too slow for the microphone", detail: "What was said cannot be sent in time.",
      });
    }
    this.#blocks.push(block);
    this.#length += block.length / this.#rate;
    if (this.#length >= shortestPieceInSeconds) this.#send();
  }

  finish() {
    this.#isLast = true;
    this.#send();
  }

  /** Sends what there is; what comes meanwhile goes with the next piece, so a slow connection has longer ones. */
  async #send() {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      let wasLast = false;
      while (!wasLast && (this.#isLast || this.#length >= shortestPieceInSeconds)) {
        const bytes = pcm(this.#blocks);
        wasLast = this.#isLast;
        this.#blocks = [];
        this.#length = 0;
        await this.#post(bytes, wasLast);
      }
    } finally {
      this.#isSending = false;
    }
  }
}
