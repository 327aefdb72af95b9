// The microphone as 16-bit PCM, in one body where the browser streams them, else in pieces cut where one pauses.

import { Problem } from "./server.js";

const rate = 16000;
const quiet = 0.01;
const shortestPieceInSeconds = 0.6;
const longestPieceInSeconds = 2.5;
const keptBeforeSpeechInSeconds = 0.2;
const queuedPiecesLimit = 8;

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
  sent;

  constructor(post) {
    const body = new ReadableStream({ start: (controller) => (this.#controller = controller) });
    this.sent = post(body);
  }

  hear(block) {
    try {
      this.#controller.enqueue(pcm([block]));
    } catch {
      // The request has failed, which `sent` tells.
    }
  }

  finish() {
    try {
      this.#controller.close();
    } catch {
      // As above.
    }
    return this.sent;
  }
}

/** What is heard as bodies that follow each other, cut in pauses; what is quiet for long is not sent. */
export class SpeechInPieces {
  #post;
  #rate;
  #blocks = [];
  #length = 0;
  #isSpeech = false;
  #queued = 0;
  sent = Promise.resolve();

  constructor(sampleRate, post) {
    this.#rate = sampleRate;
    this.#post = post;
  }

  hear(block) {
    const isLoud = level(block) > quiet;
    this.#isSpeech ||= isLoud;
    this.#blocks.push(block);
    this.#length += block.length / this.#rate;
    if (!this.#isSpeech) {
      // Keeps the breath before the first word.
      while (this.#length > keptBeforeSpeechInSeconds) this.#length -= this.#blocks.shift().length / this.#rate;
    } else if (this.#length > longestPieceInSeconds || (this.#length > shortestPieceInSeconds && !isLoud)) {
      this.#send();
    }
  }

  finish() {
    if (this.#isSpeech) this.#send();
    return this.sent;
  }

  #send() {
    const bytes = pcm(this.#blocks);
    this.#blocks = [];
    this.#length = 0;
    this.#isSpeech = false;
    if (this.#queued >= queuedPiecesLimit) {
      throw new Problem({
        title: "The microphone is faster than the connection", detail: "What was said cannot be sent in time.",
      });
    }
    this.#queued += 1;
    this.sent = this.sent.then(() => this.#post(bytes)).finally(() => (this.#queued -= 1));
  }
}
