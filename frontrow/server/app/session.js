/**
 * One viewer in front of one page: where they are, what they wished for, and the events that say so.
 * @import { About, Page, Place, Placement, ViewerEvent } from "./types.js"
 * @import { Attention } from "./attention.js"
 * @import { ServiceClock } from "./clock.js"
 * @import { EventQueue } from "./queue.js"
 */

/**
 * What outlives a change of profile: the queue, so that no event is lost, and the clock.
 * @typedef {{about: About, queue: EventQueue, clock: ServiceClock, attention: Attention,
 *   sessionId: string}} Shared
 */

export class Session {
  /** @type {Set<string>} tokens of tiles that were seen */
  #seen = new Set();
  /** Title ids on the viewer's list, as far as the page and this visit tell. @type {Set<string>} */
  listed = new Set();
  /** Ratings of this visit. @type {Map<string, number>} */
  ratings = new Map();
  /** Set by the home; until then there is nothing to refresh or open. */
  /** @type {(said: string) => Promise<Page | null>} */
  refresh = async () => null;
  /** @type {(placement: Placement) => void} */
  open = () => {};
  /** @type {(placement: Placement) => void} */
  play = () => {};

  /** @param {Place} place @param {Shared} shared */
  constructor(place, shared) {
    this.place = place;
    this.shared = shared;
  }

  /**
   * An event about a tile as it was shown.
   * @param {string} type
   * @param {Placement} placement
   * @param {Record<string, unknown>} [more]
   * @returns {ViewerEvent}
   */
  event(type, { tile, row, page_id, position }, more = {}) {
    return {
      ...this.about(type, { title_id: tile.title_id }),
      token: tile.token,
      position,
      ...(tile.artwork && { artwork_id: tile.artwork.artwork_id }),
      ...(row && { row_id: row.row_id }),
      ...(page_id && { page_id }),
      ...(tile.reason && { attributes: { reason: tile.reason.code } }), // so that it is learned which reasons help
      ...more,
    };
  }

  /**
   * An event that no tile led to.
   * @param {string} type @param {Record<string, unknown>} what
   * @returns {ViewerEvent}
   */
  about(type, what) {
    return {
      event_id: crypto.randomUUID(),
      type,
      profile_id: this.place.profile,
      time: this.shared.clock.next(),
      device: this.place.device,
      session_id: this.shared.sessionId,
      ...what,
    };
  }

  /** That something was looked for, and found: what is opened of it follows. @param {string} query */
  searched(query) {
    this.shared.queue.add(this.about("search", { query }));
  }

  /**
   * Report what nobody waits for: impressions and clicks.
   * @param {string} type @param {Placement} placement
   */
  report(type, placement) {
    if (type === "impression") {
      // What the hero shows may stand in its row too: one place of a page is one impression.
      if (this.#seen.has(placement.tile.token)) return;
      this.#seen.add(placement.tile.token);
    }
    this.shared.queue.add(this.event(type, placement));
  }

  /**
   * Send what the viewer did, wait until it holds, and show the page that follows from it.
   * @param {ViewerEvent[]} events
   * @param {string} said what was done, in words
   */
  async act(events, said) {
    await this.shared.queue.deliver(events);
    await this.refresh(said);
  }
}

/**
 * Like (1), love (2), or not for me (-1), which also means never again.
 * @param {Session} session @param {Placement} placement @param {number} value @param {string} said
 */
export function rate(session, placement, value, said) {
  session.ratings.set(placement.tile.title_id, value);
  const events = [session.event("rate", placement, { value })];
  if (value < 0) events.push(session.event("dismiss", placement, { scope: "title" }));
  return session.act(events, said);
}

/**
 * On the list, or off it. The button changes at once; the page follows.
 * @param {Session} session @param {Placement} placement @param {(listed: boolean) => string} said
 */
export function toggleList(session, placement, said) {
  const id = placement.tile.title_id;
  const listed = !session.listed.has(id);
  if (listed) session.listed.add(id);
  else session.listed.delete(id);
  const event = session.event(listed ? "list_add" : "list_remove", placement);
  return session.act([event], said(listed));
}

/** As if it had never been watched. @param {Session} session @param {Placement} placement @param {string} said */
export function forgetTitle(session, placement, said) {
  session.ratings.delete(placement.tile.title_id);
  return session.act([session.event("forget_title", placement)], said);
}

/** @param {Session} session @param {Placement} placement @param {string} said */
export function leaveContinueWatching(session, placement, said) {
  const event = session.event("dismiss", placement, { scope: "continue_watching" });
  return session.act([event], said);
}
