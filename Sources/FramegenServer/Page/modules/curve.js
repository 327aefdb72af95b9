// A small curve of the last minute.

const kept = 60;
const width = 240;
const height = 48;
const namespace = "http://www.w3.org/2000/svg";

/** A curve in an SVG, with a value in words beside it. */
export class Curve {
  #line = document.createElementNS(namespace, "path");
  #area = document.createElementNS(namespace, "path");
  #output;
  #values = [];
  #top;
  #words;

  /** `top` is the least that the curve's height stands for; `words` says a value. */
  constructor(figure, { top, words }) {
    const picture = figure.querySelector("svg");
    picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
    picture.setAttribute("preserveAspectRatio", "none");
    this.#line.setAttribute("class", "line");
    this.#area.setAttribute("class", "area");
    picture.append(this.#area, this.#line);
    this.#output = figure.querySelector("output");
    this.#top = top;
    this.#words = words;
    this.clear();
  }

  clear() {
    this.#values = [];
    this.#draw();
  }

  /** Adds a second's value; null where there was none. */
  add(value) {
    this.#values.push(Number.isFinite(value) ? value : null);
    if (this.#values.length > kept) this.#values.shift();
    this.#draw();
  }

  #draw() {
    const last = this.#values.findLast((value) => value !== null);
    this.#output.textContent = last === undefined ? "–" : this.#words(last);
    const top = Math.max(this.#top, ...this.#values) * 1.1;
    const first = kept - this.#values.length;
    const points = this.#values.map((value, index) => value === null
      ? null : [((first + index) / (kept - 1)) * width, height - 2 - (value / top) * (height - 4)]);
    const runs = points.reduce((all, point) => {
      if (point === null) all.push([]);
      else all.at(-1).push(point);
      return all;
    }, [[]]).filter((run) => run.length > 0);
    const lines = runs.map((run) => `M${run.map((point) => point.map((at) => at.toFixed(1)).join(" ")).join("L")}`);
    this.#line.setAttribute("d", lines.join(""));
    this.#area.setAttribute("d", runs.map((run, index) =>
      `${lines[index]}L${run.at(-1)[0].toFixed(1)} ${height}L${run[0][0].toFixed(1)} ${height}Z`).join(""));
  }
}
