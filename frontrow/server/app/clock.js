/**
 * The service's time, not the device's: device clocks lie, and a service's clock may be frozen for
 * a demonstration. It is the time of the last page plus what has passed since, by the monotonic
 * timer; it never goes back, for what a viewer did first must stay first.
 */
export class ServiceClock {
  #base = 0;
  #since = 0;
  #last = 0;

  /** Take the time of an answer. @param {string} generatedAt RFC 3339 */
  heed(generatedAt) {
    const told = Date.parse(generatedAt);
    if (Number.isNaN(told) || told < this.#running()) return;
    this.#base = told;
    this.#since = performance.now();
  }

  /** The next moment, in RFC 3339; each call a later one. */
  next() {
    this.#last = Math.max(this.#running(), this.#last + 1);
    return new Date(this.#last).toISOString();
  }

  #running() {
    return this.#base === 0 ? 0 : Math.floor(this.#base + performance.now() - this.#since);
  }
}
