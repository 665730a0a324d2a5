/**
 * A row: name, why it is there, and tiles that scroll sideways and are fetched as one goes on.
 * @import { Placement, Row, Tile } from "./types.js"
 * @import { Session } from "./session.js"
 */
import { Problem, fetchTiles } from "./api.js";
import { button, make, wantsStillness } from "./elements.js";
import { say } from "./messages.js";
import { glide, placesOf } from "./motion.js";
import { TileView } from "./tile.js";

const FURTHER = 24;

/** Keeps the ids of headings apart. */
let rowsMade = 0;

export class RowView {
  /** @type {Map<string, TileView>} */
  #tiles = new Map();
  #fetching = false;
  #more = false;
  #offset = 0;
  /** @type {string[]} */
  #order = [];

  /**
   * @param {Session} session @param {Row} row @param {string} pageId
   * @param {{lifted: string | null, onGone: () => void}} how `lifted`: the title that the hero shows
   */
  constructor(session, row, pageId, { lifted, onGone }) {
    this.session = session;
    this.row = row;
    this.pageId = pageId;
    this.lifted = lifted;
    this.onGone = onGone;
    const id = `row-${(rowsMade += 1)}`;
    this.name = make("h2", "row-name", { id });
    this.why = make("p", "row-why");
    this.list = make("ul", "tiles", { "data-line": true, role: "list" });
    this.list.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    const [left, right] = [-1, 1].map((way) => {
      const attributes = { tabindex: "-1", "aria-hidden": "true" }; // arrow keys do the same
      const icon = way < 0 ? "left" : "right";
      return button(`slide slide-${icon}`, { icon, attributes }, () => this.#slide(way));
    });
    this.left = /** @type {HTMLButtonElement} */ (left);
    this.right = /** @type {HTMLButtonElement} */ (right);
    const stage = make("div", "row-stage", {}, this.left, this.list, this.right);
    this.element = make(
      "section", "row", { "aria-labelledby": id },
      make("div", "row-head", {}, this.name, this.why), stage,
    );
    this.update(row, pageId, lifted);
  }

  /** How many of its tiles are here; a newer page is asked for as many. */
  get length() {
    return this.#offset;
  }

  /** Its titles that are here, in their order. */
  get titles() {
    return this.#order;
  }

  /**
   * The same row on a newer page.
   * @param {Row} row @param {string} pageId @param {string | null} lifted
   */
  update(row, pageId, lifted) {
    const isNew = this.#tiles.size === 0;
    const places = isNew ? null : placesOf([...this.#tiles.values()].map((view) => view.element));
    Object.assign(this, { row, pageId, lifted });
    this.element.dataset.kind = row.kind;
    this.element.dataset.row = row.row_id;
    this.name.textContent = row.title;
    this.why.textContent = row.reason.text;
    this.#more = row.more;
    this.#order = [];
    this.#offset = row.tiles.length;
    const staying = new Set(row.tiles.map((tile) => tile.title_id));
    for (const [id, view] of this.#tiles) {
      if (staying.has(id) && id !== lifted) continue;
      view.leave();
      this.#tiles.delete(id);
    }
    const born = this.#take(row.tiles, 0);
    if (places) glide(places, born);
    this.#keepOneStop();
    requestAnimationFrame(() => this.#showSlides());
  }

  leave() {
    for (const view of this.#tiles.values()) view.leave();
    this.element.remove();
  }

  /** @param {Tile[]} tiles @param {number} from @returns {Element[]} those that weren't there before */
  #take(tiles, from) {
    const born = [];
    /** @type {Element | null} */
    let before = from === 0 ? null : this.list.lastElementChild;
    for (const [i, tile] of tiles.entries()) {
      this.#order.push(tile.title_id);
      if (tile.title_id === this.lifted) continue;
      /** @type {Placement} */
      const placement = { tile, row: this.row, page_id: this.pageId, position: from + i };
      let view = this.#tiles.get(tile.title_id);
      if (view) {
        if (from > 0) continue; // a window that overlaps the one before
        view.update(placement);
      } else {
        view = new TileView(this.session, placement);
        this.#tiles.set(tile.title_id, view);
        born.push(view.element);
      }
      const place = before ? before.nextElementSibling : this.list.firstElementChild;
      if (place !== view.element) this.list.insertBefore(view.element, place);
      before = view.element;
    }
    return born;
  }

  /** One tile of a row takes part in tabbing; arrow keys move within the row. */
  #keepOneStop() {
    if (this.list.querySelector("[data-stop][tabindex='0']")) return;
    for (const stop of this.list.querySelectorAll("li:first-child button")) {
      stop.setAttribute("tabindex", "0");
    }
  }

  /** @param {number} way */
  #slide(way) {
    const behavior = wantsStillness() ? "instant" : "smooth";
    this.list.scrollBy({ left: way * this.list.clientWidth * 0.92, behavior });
  }

  #scrolled() {
    this.#showSlides();
    const { scrollLeft, clientWidth, scrollWidth } = this.list;
    if (scrollLeft + 2.5 * clientWidth > scrollWidth) void this.#fetchFurther();
  }

  #showSlides() {
    const { scrollLeft, clientWidth, scrollWidth } = this.list;
    this.left.hidden = scrollLeft < 8;
    this.right.hidden = !this.#more && scrollLeft + clientWidth > scrollWidth - 8;
  }

  async #fetchFurther() {
    if (!this.#more || this.#fetching) return;
    this.#fetching = true;
    const { pageId } = this;
    try {
      const answer = await fetchTiles(pageId, this.row.row_id, this.#offset, FURTHER);
      if (pageId !== this.pageId) return; // a newer page came meanwhile
      this.#take(answer.tiles, this.#offset);
      this.#more = answer.more;
      // By what was asked, not by what came: titles that may not be shown any more leave gaps.
      this.#offset += FURTHER;
      this.#showSlides();
    } catch (problem) {
      if (problem instanceof Problem && problem.status === 410) this.onGone();
      // Else the next scroll asks again; what is there stays of use.
    } finally {
      this.#fetching = false;
    }
  }
}

/**
 * A row's place before it is there.
 * @param {number} tiles
 */
export function drawSkeletonRow(tiles = 8) {
  const slots = Array.from({ length: tiles }, () => make("li", "slot", {}, make("span", "tile skeleton")));
  return make(
    "div", "row", { "aria-hidden": "true" },
    make("div", "row-head", {}, make("span", "skeleton skeleton-name")),
    make("div", "row-stage", {}, make("ul", "tiles", {}, ...slots)),
  );
}

/** The name of a row, for those who can't see it. @param {Row | null} row */
export const inRow = (row) => (row ? say("in_row", { row: row.title }) : "");
