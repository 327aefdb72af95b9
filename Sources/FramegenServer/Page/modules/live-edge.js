// Decides how to stay a little behind the newest data: near enough to talk with, far enough not to stall.

const nearest = 0.3;
const farthest = 0.5;
const jumpBeyond = 1.5;

/** Keeps a player 0.3 to 0.5 s behind the live edge. */
export class LiveEdge {
  #target = nearest;
  #rate = 1;

  get targetInSeconds() {
    return this.#target;
  }

  /** Stalls move the target away from the edge; it never comes nearer again in the same stream. */
  stalled() {
    this.#target = Math.min(farthest, this.#target + 0.05);
  }

  /** What to do at `behind` seconds from the edge: jump, or play at a rate. */
  decide(behind) {
    if (behind > jumpBeyond) return { jump: true, rate: 1 };
    const excess = behind - this.#target;
    // One threshold to begin, another to end, and steps between, so that the rate does not flutter.
    if (Math.abs(excess) < 0.04) this.#rate = 1;
    else if (excess > 0.12) this.#rate = Math.min(1.1, 1 + Math.ceil(excess * 10) / 50);
    else if (excess < -0.12) this.#rate = 0.96;
    return { jump: false, rate: this.#rate };
  }
}
