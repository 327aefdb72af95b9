// Renderings: submitted, followed, watched, taken away.

import { announce, byID, element, showProblem } from "./elements.js";
import { Problem, addressWithToken, events, getJSON, pause, postJSON, request } from "./server.js";

const pageSize = 10;
const lookAgainInSeconds = 3;
const namesKey = "framegen.jobs";
const labels = { waiting: "Waiting", running: "Rendering", done: "Done", failed: "Failed", cancelled: "Cancelled" };
const isActive = (job) => job.state === "waiting" || job.state === "running";

/** The list of jobs. One connection follows the job that runs: browsers give a page only six. */
export class Jobs {
  #list;
  #empty;
  #more;
  #rows = new Map();
  #cursor = null;
  #names = JSON.parse(sessionStorage.getItem(namesKey) ?? "{}");
  #following = null;

  constructor(list, empty, more) {
    this.#list = list;
    this.#empty = empty;
    this.#more = more;
    more.onclick = () => this.#loadMore();
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#following?.abort();
      else this.refresh().catch(showProblem);
    });
  }

  /** Sends a sound and has it rendered. */
  async submit(sound, avatar) {
    const upload = await (await request("/v1/uploads", {
      method: "POST", body: sound.data, headers: { "Content-Type": sound.data.type || "application/octet-stream" },
    })).json();
    // With a key of its own the job is made once, even if the answer is lost and this is sent again.
    const headers = { "Idempotency-Key": newKey() };
    const send = () => postJSON("/v1/jobs", { avatar, upload: upload.id }, headers);
    const job = await send().catch((error) => {
      if (error instanceof Problem && error.kind === "no-answer") return pause(1).then(send);
      throw error;
    });
    this.#names[job.id] = sound.name;
    const latest = Object.entries(this.#names).slice(-50);
    sessionStorage.setItem(namesKey, JSON.stringify(Object.fromEntries(latest)));
    this.#show(job, { isNew: true });
    this.#follow();
    return job;
  }

  /** Shows the newest jobs, and follows what runs. */
  async refresh() {
    const { jobs, nextCursor } = await getJSON(`/v1/jobs?limit=${pageSize}`);
    if (this.#rows.size <= pageSize) this.#setCursor(nextCursor);
    for (const job of jobs.toReversed()) this.#show(job, { isNew: true });
    this.#follow();
  }

  async #loadMore() {
    try {
      const query = new URLSearchParams({ limit: pageSize, cursor: this.#cursor });
      const { jobs, nextCursor } = await getJSON(`/v1/jobs?${query}`);
      this.#setCursor(nextCursor);
      for (const job of jobs) this.#show(job, { isNew: false });
    } catch (error) {
      showProblem(error);
    }
  }

  #setCursor(cursor) {
    this.#cursor = cursor;
    this.#more.hidden = cursor === null || cursor === undefined;
  }

  #show(job, { isNew }) {
    let row = this.#rows.get(job.id);
    if (!row) {
      row = new JobRow(this.#names[job.id] ?? `Video of ${job.avatar}`, () => this.#remove(row.job));
      this.#rows.set(job.id, row);
      if (isNew) this.#list.prepend(row.item);
      else this.#list.append(row.item);
    }
    row.show(job);
    this.#empty.hidden = this.#rows.size > 0;
  }

  async #remove(job) {
    try {
      await request(`/v1/jobs/${job.id}`, { method: "DELETE" });
      if (isActive(job)) await this.#look(job.id);
      else this.#forget(job.id);
    } catch (error) {
      if (error.status === 404) this.#forget(job.id);
      else showProblem(error);
    }
  }

  async #look(id) {
    try {
      this.#show(await getJSON(`/v1/jobs/${id}`), { isNew: true });
    } catch (error) {
      if (error.status !== 404) throw error;
      this.#forget(id);
    }
  }

  #forget(id) {
    const item = this.#rows.get(id)?.item;
    // The keyboard's place is not lost with the button that was pressed.
    if (item?.contains(document.activeElement)) byID("jobs-title").focus();
    item?.remove();
    this.#rows.delete(id);
    this.#empty.hidden = this.#rows.size > 0;
  }

  async #follow() {
    if (this.#following) return;
    const following = (this.#following = new AbortController());
    try {
      for (;;) {
        const active = [...this.#rows.values()].map((row) => row.job).filter(isActive);
        const job = active.find(({ state }) => state === "running")
          ?? active.toSorted((one, other) => (one.createdAt < other.createdAt ? -1 : 1))[0];
        if (!job || following.signal.aborted) break;
        await this.#followOne(job, following.signal);
        for (const { id } of active) await this.#look(id);
      }
    } catch (error) {
      if (!following.signal.aborted) showProblem(error);
    } finally {
      this.#following = null;
    }
  }

  /** Follows a job to its end; one that waits only for a while, since another may have begun. */
  async #followOne(job, signal) {
    const one = new AbortController();
    const stop = () => one.abort();
    signal.addEventListener("abort", stop);
    const timer = job.state === "waiting" ? setTimeout(stop, lookAgainInSeconds * 1000) : null;
    try {
      for await (const { kind, data } of events(`/v1/jobs/${job.id}/events`, one.signal)) {
        this.#rows.get(job.id)?.show({ ...this.#rows.get(job.id).job, ...data, id: job.id });
        if (kind === "done" || kind === "failed" || kind === "cancelled") break;
        if (data.state === "running") clearTimeout(timer);
      }
    } catch (error) {
      // Someone else has removed it, which the next look shows.
      if (error.status !== 404) throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      one.abort();
    }
  }
}

class JobRow {
  job = { state: null };
  item;
  #name;
  #label = element("span", { className: "state" });
  #note = element("span", { className: "note" });
  #progress;
  #actions = element("div", { className: "actions" });
  #player = element("div", { className: "player" });
  #remove;

  constructor(name, remove) {
    this.#name = name;
    this.#remove = remove;
    this.#progress = element("progress", { max: 1, "aria-label": `Progress of ${name}` });
    this.item = element("li", {},
      element("div", { className: "row" }, element("span", { className: "name" }, name), this.#label),
      this.#progress, element("div", { className: "row" }, this.#note, this.#actions), this.#player);
  }

  show(job) {
    const isChanged = job.state !== this.job.state;
    const wasKnown = this.job.state !== null;
    this.job = job;
    this.item.dataset.state = job.state;
    this.#label.textContent = labels[job.state] ?? job.state;
    this.#progress.hidden = !isActive(job);
    if (job.state === "running") this.#progress.value = job.progress;
    else this.#progress.removeAttribute("value");
    this.#note.textContent = this.#noteOf(job);
    if (!isChanged) return;
    const hadFocus = this.#actions.contains(document.activeElement);
    this.#showActions(job);
    if (hadFocus) this.#actions.firstChild.focus();
    if (wasKnown) announce(`${labels[job.state]}: ${this.#name}`);
  }

  #noteOf(job) {
    if (job.state === "failed") return job.problem?.detail ?? job.problem?.title ?? "No reason was given.";
    if (job.state === "running") {
      return job.frameCount ? `${job.framesMade} of ${job.frameCount} frames` : `${job.framesMade ?? 0} frames`;
    }
    const when = new Date(typeof job.createdAt === "number" ? job.createdAt * 1000 : job.createdAt);
    return Number.isNaN(when.getTime()) ? "" : when.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  }

  #showActions(job) {
    const remove = element("button", { type: "button", className: "plain", onclick: this.#remove },
      isActive(job) ? "Cancel" : "Remove");
    remove.setAttribute("aria-label", `${remove.textContent} ${this.#name}`);
    if (job.state !== "done") {
      this.#actions.replaceChildren(remove);
      this.#player.replaceChildren();
      return;
    }
    const address = addressWithToken(job.video ?? `/v1/jobs/${job.id}/video`);
    const file = `${this.#name.replace(/\.[^.]*$/, "")}.mp4`;
    const play = element("button", { type: "button", className: "plain", "aria-label": `Play ${this.#name}` }, "Play");
    play.onclick = () => this.#togglePlayer(play, address);
    const download = element("a", { href: address, download: file, "aria-label": `Download ${file}` }, "Download");
    this.#actions.replaceChildren(play, download, remove);
  }

  #togglePlayer(play, address) {
    if (this.#player.firstChild) {
      this.#player.firstChild.src = "";
      this.#player.replaceChildren();
      play.textContent = "Play";
      return;
    }
    const video = element("video", { controls: true, playsInline: true, src: address, "aria-label": this.#name });
    video.onerror = () => {
      if (!video.isConnected) return;
      showProblem({ title: "The video cannot be played", detail: video.error.message || "It may have been removed." });
    };
    this.#player.replaceChildren(video);
    play.textContent = "Close";
    video.play().catch(() => {});
  }
}

/** A random key; `crypto.randomUUID` is missing from pages over plain HTTP. */
function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
