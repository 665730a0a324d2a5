/**
 * Events on their way to the service: sent in batches, kept until acknowledged, retried with
 * growing pauses under the same `event_id`, so that the service counts each once.
 * @import { ViewerEvent } from "./types.js"
 */
import { Problem } from "./api.js";

const GATHER_MS = 1_500;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** Browsers let 64 KiB leave with a closing tab; an event takes up to about 1 KiB. */
const BATCH = 40;

/** @typedef {{event: ViewerEvent, done: () => void}} Waiting */

export class EventQueue {
  /** @type {Waiting[]} */
  #waiting = [];
  #sending = false;
  #timer = 0;
  #pauseMs = FIRST_PAUSE_MS;
  /** Profiles that are being forgotten, of which nothing may be sent. @type {Set<unknown>} */
  #silent = new Set();
  /** @type {Promise<unknown>} */
  #underway = Promise.resolve();
  #send;
  #onTrouble;

  /**
   * @param {(events: ViewerEvent[]) => Promise<{rejected?: {event_id?: string}[]}>} send
   * @param {(isInTrouble: boolean) => void} onTrouble told when sending fails, and when it works again
   */
  constructor(send, onTrouble) {
    this.#send = send;
    this.#onTrouble = onTrouble;
    window.addEventListener("online", () => this.#schedule(0));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.#schedule(0);
    });
    window.addEventListener("pagehide", () => void this.#sendFirst());
  }

  /** Send with the next batch. @param {ViewerEvent} event */
  add(event) {
    if (this.#silent.has(event.profile_id)) return;
    this.#waiting.push({ event, done: () => {} });
    if (!this.#timer && !this.#sending) this.#schedule(GATHER_MS);
  }

  /**
   * Send now; resolves when the service has acknowledged all of them, however long that takes.
   * @param {ViewerEvent[]} events
   * @returns {Promise<void>}
   */
  async deliver(events) {
    const acknowledged = events.map((event) => new Promise((done) => {
      this.#waiting.push({ event, done: () => done(undefined) });
    }));
    this.#schedule(0);
    await Promise.all(acknowledged);
  }

  /**
   * Send nothing of a profile any more: what waits is dropped, and what is on its way has arrived when this
   * resolves. Else a profile that is forgotten would come back with what was seen a moment before.
   * @param {string} profile
   */
  async silence(profile) {
    this.#silent.add(profile);
    this.#waiting = this.#waiting.filter(({ event, done }) => event.profile_id !== profile || done());
    await this.#underway;
  }

  /** Send what comes of a profile again. @param {string} profile */
  hear(profile) {
    this.#silent.delete(profile);
  }

  /** @param {number} afterMs */
  #schedule(afterMs) {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#run(), afterMs);
  }

  async #run() {
    this.#timer = 0;
    if (this.#sending) return; // what came meanwhile goes with the next round
    this.#sending = true;
    let isWell = true;
    while (isWell && this.#waiting.length > 0) isWell = await this.#sendFirst();
    this.#sending = false;
    if (!isWell) {
      this.#schedule(this.#pauseMs);
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }

  /** Send the oldest batch; false where it has to wait. @returns {Promise<boolean>} */
  async #sendFirst(size = BATCH) {
    const batch = this.#waiting.slice(0, size);
    if (batch.length === 0) return true;
    try {
      const sent = this.#send(batch.map((one) => one.event));
      this.#underway = sent.catch(() => undefined);
      const answer = await sent;
      if (answer.rejected?.length) console.warn("events refused", answer.rejected);
    } catch (error) {
      const status = error instanceof Problem ? error.status : 0;
      const isOurFault = [400, 413, 422].includes(status);
      if (isOurFault && batch.length > 1) return this.#sendFirst(Math.ceil(batch.length / 2));
      if (!isOurFault) {
        this.#onTrouble(true);
        return false;
      }
      console.warn("event refused", batch[0]?.event.type); // alone and refused: no retry can mend it
    }
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#onTrouble(false);
    const gone = new Set(batch);
    this.#waiting = this.#waiting.filter((one) => !gone.has(one));
    for (const one of batch) one.done();
    return true;
  }
}
