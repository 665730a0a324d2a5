/**
 * Impressions: a tile counts as seen when at least half of it was in view for one second, with
 * nothing in front of it and the tab visible.
 */
const SHARE = 0.5;
const MS = 1_000;
const TICK_MS = 200;

export class Attention {
  /** @type {Map<Element, {visibleMs: number, onSeen: () => void}>} */
  #watched = new Map();
  /** @type {Set<Element>} */
  #inView = new Set();
  #timer = 0;
  #observer = new IntersectionObserver((entries) => this.#note(entries), { threshold: SHARE });

  /** @param {Element} element @param {() => void} onSeen called once */
  watch(element, onSeen) {
    this.forget(element);
    this.#watched.set(element, { visibleMs: 0, onSeen });
    this.#observer.observe(element);
  }

  /** @param {Element} element */
  forget(element) {
    this.#observer.unobserve(element);
    this.#watched.delete(element);
    this.#inView.delete(element);
  }

  /** @param {IntersectionObserverEntry[]} entries */
  #note(entries) {
    for (const entry of entries) {
      const state = this.#watched.get(entry.target);
      if (!state) continue;
      if (entry.intersectionRatio >= SHARE) this.#inView.add(entry.target);
      else this.#inView.delete(entry.target);
      state.visibleMs = 0;
    }
    if (this.#inView.size > 0 && !this.#timer) {
      this.#timer = window.setInterval(() => this.#tick(), TICK_MS);
    }
  }

  #tick() {
    if (this.#inView.size === 0) {
      clearInterval(this.#timer);
      this.#timer = 0;
    }
    if (document.visibilityState !== "visible") return;
    const front = [...document.querySelectorAll("dialog[open]")].pop() ?? null;
    for (const element of [...this.#inView]) {
      const state = this.#watched.get(element);
      if (!element.isConnected || !state) this.forget(element);
      else if (element.closest("dialog") === front) {
        state.visibleMs += TICK_MS;
        if (state.visibleMs >= MS) {
          this.forget(element);
          state.onSeen();
        }
      }
    }
  }
}
