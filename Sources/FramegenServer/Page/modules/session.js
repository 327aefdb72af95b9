// A session: opened by this page or joined, followed, and left.

import { Problem, events, getJSON, postJSON, request } from "./server.js";

const ownKey = "framegen.session";
const leftKey = "framegen.left";

/** The session that the page's address names, or null. */
export function sessionInAddress() {
  return new URLSearchParams(location.hash.slice(1)).get("session");
}

/** Whether this page has itself ended the session of its address: it is loaded again. */
export function hasEnded(id) {
  return sessionStorage.getItem(leftKey) === id;
}

/** A session that this page sees. */
export class Session {
  watchers = 0;
  #following = new AbortController();

  constructor(description) {
    this.description = description;
    this.id = description.id;
    this.avatar = description.avatar;
    this.watchers = description.watchers ?? 0;
    history.replaceState(null, "", `#session=${encodeURIComponent(this.id)}`);
  }

  static async open(settings) {
    const session = new Session(await postJSON("/v1/sessions", settings));
    sessionStorage.setItem(ownKey, session.id);
    return session;
  }

  static async join(id) {
    const description = await getJSON(`/v1/sessions/${encodeURIComponent(id)}`);
    if (description.state === "ended") throw new Problem({ title: "The session has ended", detail: "", status: 404 });
    return new Session(description);
  }

  get path() {
    return `/v1/sessions/${encodeURIComponent(this.id)}`;
  }

  /** Made by this page, which ends it when it goes. */
  get isOwn() {
    return sessionStorage.getItem(ownKey) === this.id;
  }

  /** Gives every event to `hear` until the session is left or ended. */
  async follow(hear) {
    for await (const event of events(`${this.path}/events`, this.#following.signal)) {
      if (event.kind === "load" && Number.isFinite(event.data.watchers)) this.watchers = event.data.watchers;
      hear(event);
      if (event.kind === "session-ended") return;
    }
  }

  unfollow() {
    this.#following.abort();
  }

  /** Ends the session if it is this page's and nobody else watches. Works while the page goes, too. */
  leave() {
    this.unfollow();
    if (!this.isOwn || this.watchers > 1) return;
    sessionStorage.setItem(leftKey, this.id);
    request(this.path, { method: "DELETE", keepalive: true }).catch(() => {});
  }
}
