// Small helpers for the page's elements.

export const byID = (id) => document.getElementById(id);

/** An element with properties and children; text is text, never markup. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export const seconds = (value) => `${value.toFixed(value < 10 ? 1 : 0)} s`;
export const milliseconds = (value) => `${Math.round(value * 1000)} ms`;

/** Says something to screen readers alone. */
export function announce(text) {
  byID("announcement").textContent = text;
}

const shownNotices = 4;

/** Shows an error until it is dismissed; the same one again does not pile up. */
export function showProblem(error) {
  const title = error.title ?? "Something went wrong";
  const detail = error.detail ?? error.message;
  const notices = byID("notices");
  for (const notice of [...notices.children]) {
    if (notice.dataset.text === title + detail) notice.remove();
  }
  while (notices.children.length >= shownNotices) notices.firstChild.remove();
  const close = element("button", { type: "button", className: "plain", "aria-label": `Dismiss: ${title}` }, "Dismiss");
  const notice = element("div", { className: "notice", role: "alert" },
    element("div", {}, element("strong", {}, title), element("p", {}, detail)), close);
  notice.dataset.text = title + detail;
  close.onclick = () => notice.remove();
  notices.append(notice);
}
