/**
 * The homepage of a profile: hero and rows, further rows as one scrolls, and the next page in
 * place of this one after whatever the viewer does.
 * @import { Page, Placement, Row } from "./types.js"
 * @import { Session } from "./session.js"
 */
import { Problem, fetchMore, fetchPage, fetchWishes } from "./api.js";
import { isOfDevice } from "./credential.js";
import { make } from "./elements.js";
import { HeroView } from "./hero.js";
import { drawMade } from "./made.js";
import { drawYours } from "./yours.js";
import { say } from "./messages.js";
import { RowView, drawSkeletonRow } from "./row.js";
import { toast } from "./toasts.js";
import { drawTrouble, inWords } from "./trouble.js";

const FIRST_ROWS = 8;
const FIRST_COLUMNS = 18;
const MOST = 200;
/** Rows are fetched this far before they come into view. */
const AHEAD = "1200px";
/** Tiles that stand beside each other on a large screen. */
const FITTING = 7;

/** @typedef {{id: string, titles: string[]}} RowShown */

export class Home {
  /** @type {Page | null} */
  page = null;
  /** @type {Map<string, RowView>} */
  #rows = new Map();
  #asked = 0;
  #fetching = false;
  #gone = false;
  #end = make("div", "rows-end");
  #list = make("div", "rows");

  /** @param {Session} session @param {HTMLElement} place */
  constructor(session, place) {
    this.session = session;
    this.place = place;
    this.hero = new HeroView(session);
    session.refresh = (said) => this.refresh(said);
    this.sentinel = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) void this.#fetchMore();
    }, { rootMargin: AHEAD });
  }

  async start() {
    this.place.replaceChildren(drawSkeleton());
    try {
      const page = await fetchPage(this.session.place, { rows: FIRST_ROWS, columns: FIRST_COLUMNS });
      if (this.#gone) return;
      this.place.replaceChildren(this.hero.element, this.#list, this.#end);
      this.#show(page);
      this.sentinel.observe(this.#end);
    } catch (error) {
      if (!this.#gone) this.place.replaceChildren(drawTrouble(error, () => void this.start()));
    }
  }

  /** Another profile or another address comes. */
  leave() {
    this.#gone = true;
    this.sentinel.disconnect();
    this.hero.leave();
    for (const row of this.#rows.values()) row.leave();
  }

  /**
   * Show the page as it is now, of the same size, without moving what the viewer looks at.
   * @param {string} said what led to it, in words; empty: say nothing
   */
  async refresh(said) {
    const asked = (this.#asked += 1);
    const rows = Math.max(FIRST_ROWS, this.#rows.size);
    const columns = Math.max(FIRST_COLUMNS, ...[...this.#rows.values()].map((row) => row.length));
    try {
      const page = await fetchPage(this.session.place, { rows: Math.min(rows, MOST), columns: Math.min(columns, MOST) });
      if (this.#gone || asked !== this.#asked) return page; // a later one is on its way
      const before = this.#shown();
      this.#show(page);
      if (said) toast([said, ...changes(before, page)].join(" "));
      return page;
    } catch (error) {
      toast([said, inWords(error)].join(" "));
      return null;
    }
  }

  /** @param {Page} page */
  #show(page) {
    this.page = page;
    this.session.shared.clock.heed(page.generated_at);
    const list = page.rows.find((row) => row.kind === "my_list");
    if (list && !list.more) this.session.listed = new Set(list.tiles.map((tile) => tile.title_id));
    else if (list || this.#rows.size === 0) void this.#hearListed(page);
    const anchor = this.#anchor();
    const focus = this.#focusPlace();
    const lifted = liftedFrom(page);
    this.hero.update(lifted);
    const kept = new Set(page.rows.map((row) => row.row_id));
    for (const [id, view] of this.#rows) {
      if (kept.has(id)) continue;
      view.leave();
      this.#rows.delete(id);
    }
    this.#place(page.rows, null);
    if (page.rows.length === 0) this.#list.replaceChildren(drawEmpty());
    else this.#list.querySelector(".lonely")?.remove();
    if (anchor?.element.isConnected) {
      window.scrollBy({ top: anchor.element.getBoundingClientRect().top - anchor.top, behavior: "instant" });
    }
    this.#refocus(focus);
    this.#drawEnd();
    document.dispatchEvent(new CustomEvent("page", { detail: page }));
  }

  /** What is on the list where the page doesn't show all of it: it is long, or its row is hidden. @param {Page} page */
  async #hearListed(page) {
    const { place } = this.session;
    if (isOfDevice()) return; // it may not ask
    const wishes = await fetchWishes(place.profile ?? "", place.language).catch(() => null);
    if (!wishes || page !== this.page || this.#gone) return;
    this.session.listed = new Set(wishes.listed.map((one) => one.title_id));
    this.hero.update(this.hero.placement);
  }

  /** Put rows in their order after a row (null: from the start). @param {Row[]} rows @param {Element | null} after */
  #place(rows, after) {
    const page = /** @type {Page} */ (this.page);
    const lifted = this.hero.placement?.row?.row_id ?? null;
    for (const row of rows) {
      // A row that shows no more than fits beside each other keeps what the hero shows: else it had a gap.
      const isLong = row.more || row.tiles.length > FITTING;
      const title = row.row_id === lifted && isLong ? (this.hero.placement?.tile.title_id ?? null) : null;
      let view = this.#rows.get(row.row_id);
      if (view) view.update(row, page.page_id, title);
      else {
        view = new RowView(this.session, row, page.page_id, { lifted: title, onGone: () => void this.refresh("") });
        this.#rows.set(row.row_id, view);
      }
      const next = after ? after.nextElementSibling : this.#list.firstElementChild;
      if (next !== view.element) this.#list.insertBefore(view.element, next);
      after = view.element;
    }
  }

  async #fetchMore() {
    const { page } = this;
    const last = [...this.#rows.values()].pop();
    if (!page?.more || !last || this.#fetching) return;
    this.#fetching = true;
    try {
      const answer = await fetchMore(page.page_id, last.row.row_id);
      if (page !== this.page || this.#gone) return;
      page.more = answer.more;
      page.rows.push(...answer.rows);
      this.#place(answer.rows, this.#list.lastElementChild);
    } catch (error) {
      if (error instanceof Problem && error.status === 410) await this.refresh("");
      // Else the next scroll asks again; the rows that are there stay of use.
    } finally {
      this.#fetching = false;
    }
    this.#drawEnd();
    this.sentinel.unobserve(this.#end); // observed anew, it reports again when still in view
    this.sentinel.observe(this.#end);
  }

  #drawEnd() {
    const page = /** @type {Page} */ (this.page);
    if (page.more) this.#end.replaceChildren(drawSkeletonRow());
    else this.#end.replaceChildren(...(page.rows.length ? [make("p", "the-end", {}, say("end"))] : []));
  }

  /** The first row in view: it stays where it is. */
  #anchor() {
    if (window.scrollY < 40) return null;
    const element = [...this.#list.children].find((row) => row.getBoundingClientRect().bottom > 120);
    return element ? { element, top: element.getBoundingClientRect().top } : null;
  }

  /** Where the focus is, by place, for its tile may leave. */
  #focusPlace() {
    const slot = document.activeElement?.closest(".rows li");
    const line = slot?.parentElement;
    return slot && line ? { line, at: [...line.children].indexOf(slot) } : null;
  }

  /** @param {{line: Element, at: number} | null} focus */
  #refocus(focus) {
    if (!focus || document.activeElement?.closest(".rows li")) return;
    const line = focus.line.isConnected ? focus.line : this.#list.querySelector(".tiles");
    const slot = line?.children[Math.min(focus.at, line.children.length - 1)];
    /** @type {HTMLElement | null} */ (slot?.querySelector("[data-stop]") ?? null)?.focus({ preventScroll: true });
  }

  /** @returns {RowShown[]} */
  #shown() {
    return [...this.#list.children].flatMap((element) => {
      const view = this.#rows.get(/** @type {HTMLElement} */ (element).dataset.row ?? "");
      return view ? [{ id: view.row.row_id, titles: view.titles }] : [];
    });
  }

  made() {
    if (this.page) drawMade(this.session, this.page);
  }

  yours() {
    drawYours(this.session, this.page);
  }
}

/** The tile that the hero shows: the first of the top picks, else of the page. @param {Page} page @returns {Placement | null} */
function liftedFrom(page) {
  const isRich = (/** @type {Row} */ row) => row.tiles.length > 1; // a row isn't emptied for it
  const row = page.rows.find((one) => one.kind === "top_picks" && isRich(one)) ?? page.rows.find((one) => !["continue_watching", "my_list", "top10"].includes(one.kind) && isRich(one));
  const tile = row?.tiles[0];
  return row && tile ? { tile, row, page_id: page.page_id, position: 0 } : null;
}

/**
 * How a page differs from what was shown before, in words; by the heads of its rows, which are
 * what one sees.
 * @param {RowShown[]} before @param {Page} after
 */
function changes(before, after) {
  const heads = (/** @type {string[]} */ titles) => titles.slice(0, FIRST_COLUMNS);
  const now = after.rows.map((row) => ({ id: row.row_id, titles: heads(row.tiles.map((tile) => tile.title_id)) }));
  const known = new Set(before.flatMap((row) => row.titles));
  const n = new Set(now.flatMap((row) => row.titles).filter((title) => !known.has(title))).size;
  const row = after.rows.find((one) => !before.some(({ id }) => id === one.row_id));
  const said = [];
  if (n > 0) said.push(say("page_new", { n }));
  if (row) said.push(say("page_row", { row: row.title }));
  const order = (/** @type {RowShown[]} */ rows) => JSON.stringify(rows.map(({ id, titles }) => [id, heads(titles)]));
  if (said.length === 0) said.push(say(order(before) === order(now) ? "page_same" : "page_moved"));
  return said;
}

function drawSkeleton() {
  return make(
    "div", "loading", { role: "status", "aria-label": say("loading") },
    make("div", "hero is-waiting", {}, make("div", "hero-words", {}, make("span", "skeleton skeleton-hero")), make("span", "hero-picture skeleton")),
    ...Array.from({ length: 3 }, () => drawSkeletonRow()),
  );
}

function drawEmpty() {
  return make("div", "lonely", {}, make("h1", "", {}, say("empty")), make("p", "", {}, say("empty_hint")));
}
