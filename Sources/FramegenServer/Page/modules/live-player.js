// Plays a session's endless MP4 at its live edge.

import { initSegment } from "./mp4.js";
import { LiveEdge } from "./live-edge.js";
import { Problem, addressWithToken, delayBefore, pause, request } from "./server.js";

const Source = globalThis.ManagedMediaSource && !globalThis.MediaSource ? ManagedMediaSource : globalThis.MediaSource;
const silenceInSeconds = 6;
const keptInSeconds = 6;
const stableAfterInSeconds = 5;

/** One video element, one session at a time. */
export class LivePlayer {
  #video;
  #report;
  #stopping = new AbortController();
  #behind = null;

  /** `report` gets the state, "connecting", "live" or "reconnecting", and what to say about it. */
  constructor(video, report) {
    this.#video = video;
    this.#report = report;
  }

  /** Seconds between what is seen and the newest data; null while nothing plays. */
  get behindInSeconds() {
    return this.#behind;
  }

  /** Plays until `stop`, through every reconnection; throws the `Problem` that makes it pointless. */
  async play(session) {
    this.stop();
    const stopping = (this.#stopping = new AbortController());
    let attempt = 0;
    let begunAt = Infinity;
    this.#report("connecting");
    while (!stopping.signal.aborted) {
      try {
        const begun = () => {
          begunAt = Math.min(begunAt, performance.now());
          if (!stopping.signal.aborted) this.#report("live");
        };
        if (Source) await this.#playMediaSource(`${session}/video`, stopping.signal, begun);
        else await this.#playHLS(`${session}/hls/index.m3u8`, stopping.signal, begun);
      } catch (error) {
        if (stopping.signal.aborted) return;
        if (error instanceof Problem && error.isFinal) throw error;
        // What begins and breaks at once is no success.
        attempt = performance.now() - begunAt > stableAfterInSeconds * 1000 ? 1 : attempt + 1;
        begunAt = Infinity;
        this.#behind = null;
        // Browsers say "network error" and worse.
        this.#report("reconnecting", error instanceof TypeError ? "The connection was interrupted." : error.message);
        await pause(delayBefore(attempt), stopping.signal);
      }
    }
  }

  stop() {
    this.#stopping.abort();
    this.#behind = null;
  }

  async #playMediaSource(path, signal, begun) {
    const attempt = childOf(signal);
    const video = this.#video;
    const source = new Source();
    const address = URL.createObjectURL(source);
    const edge = new LiveEdge();
    const lookAfter = () => this.#followEdge(edge, begun);
    const fail = () => attempt.abort(new Error(video.error?.message || "The picture cannot be decoded."));
    const stalled = () => {
      if (this.#behind !== null && !video.seeking) edge.stalled();
    };
    const watch = setInterval(lookAfter, 200);
    let silence;
    try {
      const opened = once(source, "sourceopen", attempt.signal);
      video.addEventListener("error", fail);
      video.addEventListener("waiting", stalled);
      // A managed source opens only where the picture cannot leave for another screen.
      video.disableRemotePlayback = true;
      video.src = address;
      await opened;
      const response = await request(path, { signal: attempt.signal, cache: "no-store" });
      const reader = response.body.getReader();
      let buffer = null;
      let head = new Uint8Array(0);
      for (;;) {
        clearTimeout(silence);
        silence = setTimeout(
          () => attempt.abort(new Error(`Nothing has come for ${silenceInSeconds} s.`)), silenceInSeconds * 1000);
        const { done, value } = await reader.read();
        if (done) throw new Error("The stream has ended.");
        let bytes = value;
        if (!buffer) {
          head = bytes = joined(head, value);
          const init = initSegment(head);
          if (!init) continue;
          buffer = sourceBuffer(source, init.codecs);
        }
        await append(buffer, bytes, video, attempt.signal);
        await trim(buffer, video, attempt.signal);
        lookAfter();
      }
    } catch (error) {
      throw attempt.signal.aborted && attempt.signal.reason instanceof Error ? attempt.signal.reason : error;
    } finally {
      clearTimeout(silence);
      clearInterval(watch);
      attempt.abort();
      video.removeEventListener("error", fail);
      video.removeEventListener("waiting", stalled);
      URL.revokeObjectURL(address);
    }
  }

  #followEdge(edge, begun) {
    const video = this.#video;
    const ranges = video.buffered;
    if (ranges.length === 0) return;
    const start = ranges.start(ranges.length - 1);
    const end = ranges.end(ranges.length - 1);
    const isBefore = video.currentTime < start;
    if (video.readyState < 2 || isBefore) {
      // The first frame, or the far side of a gap. It shows once there is enough not to stall.
      if (end - start < edge.targetInSeconds) return;
      if (isBefore || end - video.currentTime > edge.targetInSeconds) video.currentTime = end - edge.targetInSeconds;
    }
    if (video.paused) {
      // Browsers pause what is hidden; a refusal to play is told by the button over the picture.
      if (!document.hidden) video.play().catch(() => {});
      if (video.paused) return;
    }
    begun();
    this.#behind = end - video.currentTime;
    const { jump, rate } = edge.decide(this.#behind);
    if (jump) video.currentTime = end - edge.targetInSeconds;
    if (video.playbackRate !== rate) video.playbackRate = rate;
  }

  async #playHLS(path, signal, begun) {
    const video = this.#video;
    // Asks once itself, because a video element does not tell why it was refused.
    await request(path, { signal, cache: "no-store" });
    video.src = addressWithToken(path);
    const failed = Promise.race([once(video, "error", signal), once(video, "ended", signal)]);
    const playing = once(video, "playing", signal).then(begun);
    video.play().catch(() => {});
    await Promise.race([failed, playing]);
    if (!video.error && !video.ended) await failed;
    throw new Error(video.error?.message || "The stream has ended.");
  }
}

function childOf(signal) {
  const child = new AbortController();
  signal.addEventListener("abort", () => child.abort(signal.reason), { signal: child.signal });
  return child;
}

/** Waits for an event. Leaves no listener behind: this happens with every piece of a stream without end. */
function once(target, event, signal) {
  return new Promise((resolve, reject) => {
    const done = () => (forget(), resolve());
    const abort = () => (forget(), reject(signal.reason));
    const forget = () => {
      target.removeEventListener(event, done);
      signal.removeEventListener("abort", abort);
    };
    target.addEventListener(event, done);
    signal.addEventListener("abort", abort);
    if (signal.aborted) abort();
  });
}

function joined(first, second) {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

function sourceBuffer(source, codecs) {
  const type = `video/mp4; codecs="${codecs.join(", ")}"`;
  if (!Source.isTypeSupported(type)) {
    const detail = `This browser does not play ${codecs.join(" and ")}.`;
    throw new Problem({ title: "No picture", detail, status: 415 });
  }
  const buffer = source.addSourceBuffer(type);
  source.duration = Infinity;
  return buffer;
}

async function append(buffer, bytes, video, signal) {
  try {
    buffer.appendBuffer(bytes);
  } catch (error) {
    if (error.name !== "QuotaExceededError" || video.buffered.length === 0) throw error;
    await remove(buffer, video.currentTime - 1, signal);
    buffer.appendBuffer(bytes);
  }
  if (buffer.updating) await once(buffer, "updateend", signal);
}

/** Memory stays level: what was seen is let go, a few seconds at a time. */
async function trim(buffer, video, signal) {
  if (buffer.buffered.length === 0 || video.currentTime - buffer.buffered.start(0) < 2 * keptInSeconds) return;
  await remove(buffer, video.currentTime - keptInSeconds, signal);
}

async function remove(buffer, end, signal) {
  if (end <= 0) return;
  buffer.remove(0, end);
  await once(buffer, "updateend", signal);
}
