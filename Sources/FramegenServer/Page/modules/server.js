// Requests to the server, with the token and with errors as the server tells them.

const tokenKey = "framegen.token";

/** What went wrong, in the words of the server's problem document. */
export class Problem extends Error {
  constructor({ kind = "unknown", title, detail, status = 0, retryAfterInSeconds = null }) {
    super(detail || title);
    Object.assign(this, { name: "Problem", kind, title, detail, status, retryAfterInSeconds });
  }

  static async of(response) {
    const document = await response.json().catch(() => null);
    return new Problem({
      kind: String(document?.type ?? "").split("/").pop() || "unknown",
      title: document?.title || response.statusText || "The server has refused this",
      detail: document?.detail || `The server answered with ${response.status}.`,
      status: response.status,
      retryAfterInSeconds: Number(response.headers.get("Retry-After")) || null,
    });
  }

  static get noAnswer() {
    return new Problem({
      kind: "no-answer", title: "The server does not answer",
      detail: "It may be stopped, or the network is interrupted.",
    });
  }

  static get unreadableFile() {
    return new Problem({
      kind: "unreadable-file", title: "The file cannot be read",
      detail: "It has been changed, moved or removed since it was chosen.",
    });
  }

  /** Trying the same again cannot help. */
  get isFinal() {
    return [400, 401, 403, 404, 405, 410, 413, 415, 422].includes(this.status);
  }
}

let askForToken = async () => false;
let question = null;

/** Says who asks the user for a token: a function that gets the problem and returns the token, or null. */
export function whenTokenIsWanted(ask) {
  askForToken = ask;
}

/** A file that was removed after it was chosen fails like a network that is gone. */
async function isReadable(body) {
  if (!(body instanceof Blob)) return true;
  return body.slice(0, 1).arrayBuffer().then(() => true, () => false);
}

/** A request that succeeds, or throws a `Problem`; asks for a token once for all requests that lack one. */
export async function request(path, options = {}) {
  for (;;) {
    const token = sessionStorage.getItem(tokenKey);
    const headers = new Headers(options.headers);
    if (token) headers.set("Authorization", `Bearer ${token}`);
    let response;
    try {
      response = await fetch(path, { ...options, headers });
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw (await isReadable(options.body)) ? Problem.noAnswer : Problem.unreadableFile;
    }
    if (response.ok) return response;
    const problem = await Problem.of(response);
    if (problem.status !== 401 || options.body instanceof ReadableStream) throw problem;
    // Another request may have got a token while this one was under way.
    if (sessionStorage.getItem(tokenKey) !== token) continue;
    question ??= askForToken(problem).finally(() => (question = null));
    const given = await question;
    if (!given) throw problem;
    sessionStorage.setItem(tokenKey, given);
  }
}

export async function getJSON(path, options) {
  return (await request(path, options)).json();
}

export async function postJSON(path, value, headers = {}) {
  const options = { method: "POST", body: JSON.stringify(value) };
  return getJSON(path, { ...options, headers: { "Content-Type": "application/json", ...headers } });
}

/** An address for elements that cannot send headers: images, video files, HLS. */
export function addressWithToken(path) {
  const token = sessionStorage.getItem(tokenKey);
  return token ? `${path}${path.includes("?") ? "&" : "?"}access_token=${encodeURIComponent(token)}` : path;
}

/** Waits, or ends early with the signal. */
export function pause(seconds, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, seconds * 1000);
    signal?.addEventListener("abort", done);
    if (signal?.aborted) done();
  });
}

/** Seconds before attempt number `attempt`, so that a server that comes back is not run over. */
export function delayBefore(attempt) {
  return Math.min(8, 0.5 * 2 ** (attempt - 1));
}

/**
 * Server-sent events, resumed after the last one where the connection breaks.
 *
 * EventSource can neither send a token nor tell why it was refused.
 */
export async function* events(path, signal) {
  let lastID = null;
  let attempt = 0;
  while (!signal.aborted) {
    try {
      const headers = { Accept: "text/event-stream", ...(lastID !== null && { "Last-Event-ID": lastID }) };
      const response = await request(path, { headers, signal, cache: "no-store" });
      for await (const event of parsedEvents(response.body)) {
        attempt = 0;
        if (event.id !== null) lastID = event.id;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Problem && error.isFinal) throw error;
    }
    attempt += 1;
    await pause(delayBefore(attempt), signal);
  }
}

async function* parsedEvents(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) {
        const event = parsedEvent(block);
        if (event) yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function parsedEvent(block) {
  const event = { id: null, kind: "message", data: null };
  const lines = [];
  for (const line of block.split("\n")) {
    const [, field, value] = /^([^:]*): ?(.*)$/.exec(line) ?? [];
    if (field === "id") event.id = value;
    if (field === "event") event.kind = value;
    if (field === "data") lines.push(value);
  }
  if (lines.length === 0) return null;
  try {
    event.data = JSON.parse(lines.join("\n"));
  } catch {
    return null;
  }
  return event;
}
