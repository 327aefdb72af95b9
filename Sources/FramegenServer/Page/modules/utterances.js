// The list of what is being said.

import { announce, element, milliseconds, seconds } from "./elements.js";

const kept = 30;
const labels = {
  sending: "Sending", queued: "Queued", speaking: "Speaking", spoken: "Spoken", stopped: "Stopped", failed: "Failed",
};
const stateOf = {
  "utterance-begun": "speaking", "utterance-progressed": "speaking", "utterance-ended": "spoken",
  "utterance-interrupted": "stopped", "utterance-failed": "failed",
};

/** What is said in a session, from what this page has sent and what the events tell. */
export class Utterances {
  #list;
  #empty;
  #byID = new Map();
  #streamed = null;

  constructor(list, empty) {
    this.#list = list;
    this.#empty = empty;
  }

  clear() {
    this.#byID.clear();
    this.#list.replaceChildren();
    this.#empty.hidden = false;
  }

  /** The session is over: nothing is spoken any more. */
  end() {
    for (const utterance of this.#byID.values()) {
      if (utterance.state === "queued" || utterance.state === "speaking") utterance.show("stopped");
    }
  }

  /** An utterance on its way to the server. */
  add(name, { isStreamed = false } = {}) {
    const utterance = new Utterance(name);
    if (isStreamed) this.#streamed = utterance;
    this.#list.prepend(utterance.item);
    this.#empty.hidden = true;
    while (this.#list.children.length > kept) this.#list.lastChild.remove();
    return utterance;
  }

  /** The server has taken it, and tells of it under a number from here on. */
  accept(utterance, { id, queuedSeconds }) {
    // A stream of pieces gets the same answer for each, and none for an empty one.
    if (id === 0 || this.#byID.get(id) === utterance) return;
    // Events may have been faster than the answer.
    const early = this.#byID.get(id);
    this.#keep(id, utterance);
    if (early) {
      early.item.remove();
      utterance.show(early.state, early.figures);
    } else {
      utterance.show("queued", { queuedSeconds });
    }
  }

  hear({ kind, data }) {
    let utterance = this.#byID.get(data.utterance);
    if (kind === "utterance-warning") utterance?.show(utterance.state, { warning: data.problem });
    const state = stateOf[kind];
    if (!state) return;
    if (!utterance) {
      // What is spoken while it is sent has no number yet.
      utterance = this.#streamed?.state === "sending" ? this.#streamed : this.add("Speech");
      this.#keep(data.utterance, utterance);
    }
    utterance.show(state, data);
    if (kind !== "utterance-progressed") announce(`${labels[state]}: ${utterance.name}`);
  }

  #keep(id, utterance) {
    this.#byID.set(id, utterance);
    if (this.#byID.size > kept) this.#byID.delete(this.#byID.keys().next().value);
  }
}

class Utterance {
  state = "sending";
  figures = {};
  item;
  #duration = null;
  #label = element("span", { className: "state" });
  #note = element("span", { className: "note" });
  #progress;

  constructor(name) {
    this.name = name;
    this.#progress = element("progress", { "aria-label": `Spoken of ${name}` });
    this.item = element("li", {},
      element("div", { className: "row" }, element("span", { className: "name" }, name), this.#label),
      this.#progress, this.#note);
    this.show("sending");
  }

  /** How long it is in all; null if nobody knows. */
  lasts(durationInSeconds) {
    this.#duration = durationInSeconds;
    this.#progress.max = durationInSeconds ?? 1;
    this.show(this.state);
  }

  show(state, figures = {}) {
    this.state = state;
    this.figures = { ...this.figures, ...figures };
    const { seconds: spoken = 0, latencyInSeconds, queuedSeconds, problem, detail, warning } = this.figures;
    const isOver = ["spoken", "stopped", "failed"].includes(state);
    this.item.dataset.state = state;
    this.#label.textContent = labels[state];
    this.#progress.hidden = isOver || (this.#duration === null && state !== "sending");
    if (state === "sending") this.#progress.removeAttribute("value");
    else this.#progress.value = Math.min(spoken, this.#duration ?? 1);
    const notes = [];
    if (state === "queued" && queuedSeconds > 0.05) notes.push(`begins in ${seconds(queuedSeconds)}`);
    if (spoken >= 0.05) {
      const total = this.#duration && !isOver ? ` of ${seconds(this.#duration)}` : "";
      notes.push(`${seconds(spoken)}${total}`);
    }
    if (latencyInSeconds > 0) notes.push(`first seen after ${milliseconds(latencyInSeconds)}`);
    const reason = problem?.detail ?? detail ?? (typeof problem === "string" ? problem : null);
    if (state === "failed" && reason) notes.push(reason);
    if (typeof warning === "string") notes.push(warning);
    this.#note.textContent = notes.join(" · ");
  }
}
