/**
 * The service's time, not the device's: device clocks lie, and a service's clock may be frozen for
 * a demonstration. It is the time of the last page plus what has passed since, by the monotonic
 * timer; it never goes back, for what a viewer did first must stay first.
 */

/** Where the tab keeps its last moment: a frozen clock would begin anew with each loading. */
const KEPT = "frontrow.last-moment";
/** A kept moment further ahead than this is of another service at the same address. */
const FURTHEST_AHEAD_MS = 6 * 3_600_000;

export class ServiceClock {
  #base = 0;
  #since = 0;
  #last = Number(sessionStorage.getItem(KEPT)) || 0;

  /** Take the time of an answer. @param {string} generatedAt RFC 3339 */
  heed(generatedAt) {
    const told = Date.parse(generatedAt);
    if (Number.isNaN(told)) return;
    if (this.#base === 0 && this.#last - told > FURTHEST_AHEAD_MS) this.#last = 0;
    if (told < this.#running()) return;
    this.#base = told;
    this.#since = performance.now();
  }

  /** The next moment, in RFC 3339; each call a later one. */
  next() {
    this.#last = Math.max(this.#running(), this.#last + 1);
    sessionStorage.setItem(KEPT, String(this.#last));
    return new Date(this.#last).toISOString();
  }

  #running() {
    return this.#base === 0 ? 0 : Math.floor(this.#base + performance.now() - this.#since);
  }
}
