// Puts the page together.

import { Curve } from "./curve.js";
import { announce, byID, element, milliseconds, seconds, showProblem } from "./elements.js";
import { Jobs } from "./jobs.js";
import { LivePlayer } from "./live-player.js";
import { addressWithToken, getJSON, whenTokenIsWanted } from "./server.js";
import { Session, hasEnded, sessionInAddress } from "./session.js";
import { Speaking } from "./speaking.js";
import { askForToken } from "./token-dialog.js";
import { Utterances } from "./utterances.js";

const avatarKey = "framegen.avatar";
const lowFrameRate = 12.5;
const awakeWhileHiddenInSeconds = 30;
const whyEnded = "Whoever began it has left, or nobody had watched it for a while.";
const endReasons = {
  deleted: "Whoever began it has left.",
  unused: "Nobody watched it or let it speak for a while.",
  stopped: "The server stops.",
  failed: "Its pictures could not be made; the server's log says why.",
};

const video = byID("video");
const player = new LivePlayer(video, (state, detail) => showState(state, detail));
const utterances = new Utterances(byID("utterances"), byID("utterances-empty"));
const jobs = new Jobs(byID("jobs"), byID("jobs-empty"), byID("jobs-more"));
const frameCurve = new Curve(byID("frames"), { top: 30, words: (value) => value.toFixed(1) });
const latencyCurve = new Curve(byID("latency"), { top: 0.5, words: milliseconds });
let session = null;
let avatars = [];

const speaking = new Speaking({
  session: () => session?.path ?? null, utterances,
  render: (sound) => jobs.submit(sound, byID("avatar").value || session?.avatar),
});

const states = {
  connecting: "Connecting", live: "Live", reconnecting: "Reconnecting", ended: "Ended", failed: "Not connected",
  asleep: "Asleep",
};

const coverTitles = {
  connecting: "Connecting…", live: "", reconnecting: "Reconnecting…", ended: "This session has ended",
  failed: "No session", asleep: "Asleep",
};

function showState(state, detail = "") {
  const status = byID("status");
  if (status.dataset.state === state && state === "live") return;
  status.dataset.state = state;
  byID("state").textContent = states[state];
  const cover = byID("cover");
  cover.hidden = state === "live";
  cover.dataset.state = state;
  byID("cover-title").textContent = coverTitles[state];
  byID("cover-detail").textContent = detail;
  if (state === "connecting" || state === "reconnecting" || state === "live") byID("cover-actions").replaceChildren();
}

function offer(...actions) {
  byID("cover-actions").replaceChildren(...actions.map(({ name, run }, index) =>
    element("button", { type: "button", className: index === 0 ? "main" : "", onclick: run }, name)));
}

/** Nothing to see because of an error: says which, and what one can do. */
function failWith(error, ...actions) {
  stopWith("failed", error.detail ?? error.message, ...actions);
  byID("cover-title").textContent = error.title ?? coverTitles.failed;
}

/** Nothing to see: says why, and what one can do. */
function stopWith(state, detail, ...actions) {
  player.stop();
  session?.unfollow();
  session = null;
  utterances.end();
  speaking.isPossible = false;
  byID("copy").disabled = true;
  showState(state, detail);
  offer(...actions);
}

const startNew = { name: "Start a new session", run: () => open() };

function refused(error, settings) {
  const again = { name: "Try again", run: () => open(settings) };
  const slower = {
    name: `Try at ${lowFrameRate} frames a second`, run: () => open({ ...settings, frameRate: lowFrameRate }),
  };
  failWith(error, again, ...(error.kind === "no-room" ? [slower] : []));
}

async function open(settings = { avatar: byID("avatar").value }) {
  session?.leave();
  const isLoaded = avatars.find(({ name }) => name === settings.avatar)?.isLoaded ?? true;
  stopWith("connecting", isLoaded ? "" : "The avatar is being loaded, which takes a few seconds.");
  if (!settings.avatar) return start();
  showPreview(settings.avatar);
  try {
    await watch(await Session.open(settings));
  } catch (error) {
    refused(error, settings);
  }
}

async function join(id) {
  session?.leave();
  stopWith("connecting", "");
  try {
    await watch(await Session.join(id));
  } catch (error) {
    if (error.status === 404) stopWith("ended", whyEnded, startNew);
    else failWith(error, { name: "Try again", run: () => join(id) }, startNew);
  }
}

function showPreview(avatar) {
  video.poster = addressWithToken(`/v1/avatars/${encodeURIComponent(avatar)}/preview.jpg`);
}

async function watch(opened) {
  session = opened;
  const { width, height, avatar } = opened.description;
  if (width && height) video.style.aspectRatio = `${width} / ${height}`;
  showPreview(avatar);
  byID("avatar").value = avatar;
  byID("copy").disabled = false;
  utterances.clear();
  frameCurve.clear();
  latencyCurve.clear();
  speaking.isPossible = true;
  const isCurrent = () => session === opened;
  const fail = (error) => {
    if (!isCurrent()) return;
    if (error.status === 404 || error.status === 410) {
      stopWith("ended", whyEnded, startNew);
      announce("The session has ended");
    } else {
      failWith(error, { name: "Try again", run: () => join(opened.id) }, startNew);
    }
  };
  player.play(opened.path).catch(fail);
  opened.follow((event) => isCurrent() && hear(event)).catch(fail);
}

function hear(event) {
  if (event.kind === "load") showLoad(event.data);
  else if (event.kind === "session-ended") {
    stopWith("ended", endReasons[event.data.reason] ?? whyEnded, startNew);
    announce("The session has ended");
  } else utterances.hear(event);
}

function showLoad(load) {
  const { framesPerSecond, latencyInSeconds, framesRepeated, latenessInSeconds } = load.figures ?? load;
  frameCurve.add(framesPerSecond);
  latencyCurve.add(latencyInSeconds);
  byID("watchers").textContent = load.watchers ?? "–";
  byID("repeated").textContent = framesRepeated?.toLocaleString() ?? "–";
  byID("lateness").textContent = Number.isFinite(latenessInSeconds) ? milliseconds(latenessInSeconds) : "–";
}

setInterval(() => {
  const behind = player.behindInSeconds;
  byID("behind").textContent = behind === null ? "–" : seconds(behind);
}, 1000);

function showSound() {
  const button = byID("sound");
  button.querySelector("span").textContent = video.muted ? "Turn sound on" : "Turn sound off";
  button.classList.toggle("main", video.muted);
}

byID("sound").onclick = () => {
  video.muted = !video.muted;
  if (video.paused) video.play().catch(() => {});
};
video.onvolumechange = showSound;
showSound();

byID("copy").onclick = async () => {
  try {
    await navigator.clipboard.writeText(location.href);
    byID("copy").textContent = "Link copied";
    announce("Link copied");
    setTimeout(() => (byID("copy").textContent = "Copy link"), 2000);
  } catch {
    showProblem({ title: "The link cannot be copied", detail: `Copy it from here: ${location.href}` });
  }
};

byID("avatar").onchange = ({ target }) => {
  localStorage.setItem(avatarKey, target.value);
  open();
};

// A hidden page that is not heard either gives its connections back: a browser has six for all its pages.
let sleep = null;
document.addEventListener("visibilitychange", () => {
  clearTimeout(sleep);
  if (document.hidden) {
    sleep = setTimeout(() => session && video.muted && fallAsleep(session), awakeWhileHiddenInSeconds * 1000);
  }
});

function fallAsleep(left) {
  const { id, isOwn } = left;
  stopWith("asleep", "");
  document.addEventListener("visibilitychange", async () => {
    if (session) return;
    await join(id);
    // Nobody had watched it meanwhile.
    if (!session && isOwn && byID("status").dataset.state === "ended") open();
  }, { once: true });
}

addEventListener("hashchange", () => {
  const id = sessionInAddress();
  if (id && id !== session?.id) join(id);
});
// A page that the browser keeps for its back button is left, too, and begins anew when it comes back.
addEventListener("pagehide", () => {
  player.stop();
  session?.leave();
});
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());

async function start() {
  whenTokenIsWanted(askForToken);
  speaking.isPossible = false;
  showState("connecting");
  try {
    ({ avatars } = await getJSON("/v1/avatars"));
  } catch (error) {
    failWith(error, { name: "Try again", run: start });
    return;
  }
  const choice = byID("avatar");
  choice.replaceChildren(...avatars.map(({ name }) => element("option", { value: name }, name)));
  byID("avatar-choice").hidden = avatars.length < 2;
  const kept = localStorage.getItem(avatarKey);
  if (avatars.some(({ name }) => name === kept)) choice.value = kept;
  jobs.refresh().catch(showProblem);
  const id = sessionInAddress();
  if (id && !hasEnded(id)) await join(id);
  else if (avatars.length > 0) await open();
  else stopWith("failed", "The server has no avatars yet.", { name: "Look again", run: start });
}

start();
