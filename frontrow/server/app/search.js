/**
 * Search as typed: a field in the header, and what matches in place of the page while something stands in it.
 * @import { Found, Placement, Tile } from "./types.js"
 * @import { Session } from "./session.js"
 */
import { Problem, fetchFound } from "./api.js";
import { button, drawIcon, make } from "./elements.js";
import { say } from "./messages.js";
import { TileView } from "./tile.js";
import { inWords } from "./trouble.js";

/** So long nothing is asked after a letter: the next may come. */
const PAUSE_MS = 140;
const MOST_TILES = 48;
const MOST_CHIPS = 6;
/** As much as the API takes. */
const LONGEST = 1_000;

export class Search {
  /** @type {Map<string, TileView>} */
  #tiles = new Map();
  #timer = 0;
  /** What is asked now, so that it is dropped when something else is. @type {AbortController | null} */
  #asking = null;
  /** What the tiles on the screen were found by. */
  #query = "";
  #left = new AbortController();
  #name = make("h1", "found-name");
  #hint = make("p", "quiet", {}, say("search_none_hint"));
  #chips = make("div", "pills found-chips", { "data-line": true });
  #list = make("ul", "grid found-tiles", { "data-line": true, role: "list" });
  #said = make("p", "said", { role: "status", "aria-live": "polite" });

  /** @param {Session} session @param {HTMLElement} page what the results stand in place of */
  constructor(session, page) {
    this.session = session;
    this.page = page;
    this.input = make("input", "search-field", {
      type: "search", name: "q", id: "q", autocomplete: "off", autocapitalize: "off", spellcheck: "false",
      enterkeyhint: "search", maxlength: LONGEST, placeholder: say("search_hint"), "aria-controls": "found",
    });
    this.form = make(
      "form", "search", { role: "search" },
      button("round search-open", { icon: "search", label: say("search") }, () => this.#open()),
      make("label", "search-label", { for: "q" }, drawIcon("search"), make("span", "said", {}, say("search"))),
      this.input,
      button("round search-close", { icon: "close", label: say("search_close") }, () => this.#close(true)),
    );
    this.found = make("section", "found", { id: "found", "aria-label": say("search_found"), hidden: true }, this.#hint, this.#chips, this.#list, this.#said);
    this.#listen();
  }

  /** Another profile or another address comes. */
  leave() {
    this.#left.abort();
    this.#asking?.abort();
    clearTimeout(this.#timer);
    for (const view of this.#tiles.values()) view.leave();
    this.#showHeader(false);
  }

  #listen() {
    const { signal } = this.#left;
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#ask().then(() => this.#enter());
    });
    this.input.addEventListener("input", () => this.#typed(PAUSE_MS));
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowDown" || this.found.hidden) return;
      event.preventDefault();
      this.#enter();
    });
    document.addEventListener("keydown", (event) => {
      const isBusy = document.querySelector("dialog[open]") !== null || event.isComposing;
      const isWriting = event.target instanceof Element && event.target.matches("input:not([type=checkbox]), textarea, select");
      if (isBusy || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "/" && !isWriting) {
        event.preventDefault();
        this.#open();
      } else if (event.key === "Escape" && (!this.found.hidden || isWriting)) {
        event.preventDefault();
        if (event.target === this.input || this.found.hidden) this.#close(true);
        else this.#open();
      }
    }, { signal });
    // What the viewer did changed the page, and what may be found with it.
    document.addEventListener("page", () => {
      if (this.#query) void this.#ask();
    }, { signal });
  }

  /** Look for something else, as if it had been typed. @param {string} query */
  #lookFor(query) {
    this.input.value = query;
    this.#open();
    this.#typed(0);
  }

  #open() {
    this.#showHeader(true);
    this.input.focus();
    this.input.select();
  }

  /** @param {boolean} back whether the focus goes back to the page's header */
  #close(back) {
    this.input.value = "";
    this.#typed(0);
    this.#showHeader(false);
    this.input.blur();
    const opener = /** @type {HTMLElement | null} */ (this.form.querySelector(".search-open"));
    if (back && opener?.offsetParent) opener.focus();
  }

  /** On a phone the field takes the header's whole width while it is used. @param {boolean} isOn */
  #showHeader(isOn) {
    document.getElementById("top")?.classList.toggle("is-searching", isOn);
  }

  /** From the field to the first thing that was found. */
  #enter() {
    const first = this.#list.querySelector("[data-stop]") ?? this.#chips.querySelector("[data-stop]");
    if (first instanceof HTMLElement && !this.found.hidden) first.focus();
  }

  /** @param {number} pauseMs */
  #typed(pauseMs) {
    clearTimeout(this.#timer);
    if (this.input.value.trim()) {
      this.#timer = window.setTimeout(() => void this.#ask(), pauseMs);
      return;
    }
    this.#asking?.abort();
    this.#asking = null;
    this.#query = "";
    this.#show(false);
  }

  async #ask() {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    const asking = new AbortController();
    this.#asking = asking;
    const query = this.input.value.trim();
    if (!query) return;
    try {
      const found = await fetchFound(this.session.place, query, MOST_TILES, asking.signal);
      if (this.#asking === asking) this.#draw(query, found);
    } catch (error) {
      if (this.#asking !== asking) return; // a later one is on its way
      const isWrong = error instanceof Problem && error.status === 422; // nothing that could be looked for
      this.#draw(query, { tiles: [], people: [], genres: [] }, isWrong ? "" : inWords(error));
    }
  }

  /** @param {string} query @param {Found} found @param {string} trouble */
  #draw(query, found, trouble = "") {
    const focus = this.#focusPlace();
    this.#query = query;
    const { length } = found.tiles;
    const code = length === 0 ? "search_none" : length < MOST_TILES ? "search_titles" : "search_best";
    const told = say(code, { n: length, query });
    this.#name.textContent = trouble || told;
    this.#said.textContent = trouble || told;
    this.#hint.hidden = length > 0 || trouble !== "";
    this.#chips.replaceChildren(...this.#drawChips(query, found));
    this.#place(found.tiles);
    const wasHidden = this.found.hidden;
    this.#show(true);
    if (wasHidden) window.scrollTo({ top: 0, behavior: "instant" });
    if (focus >= 0) {
      const slot = this.#list.children[Math.min(focus, length - 1)];
      const stop = slot?.querySelector("[data-stop]") ?? this.input;
      if (stop instanceof HTMLElement) stop.focus({ preventScroll: true });
    }
  }

  /** People and genres that match; pressed, they are looked for. @param {string} query @param {Found} found */
  #drawChips(query, { people, genres }) {
    const told = [
      ...genres.slice(0, MOST_CHIPS).map(({ name, titles }) => ({ name, titles, kind: say("search_genre") })),
      ...people.slice(0, MOST_CHIPS).map(({ name, titles, roles }) => ({ name, titles, kind: say(`search_role.${roles[0]}`) })),
    ].filter(({ name }) => name.toLowerCase() !== query.toLowerCase() || people.length + genres.length > 1);
    return told.map(({ name, titles, kind }) => {
      const label = say("search_for", { name, kind, n: titles });
      const chip = button("pill", { label, attributes: { "data-stop": true } }, () => this.#lookFor(name));
      chip.append(make("span", "", {}, name), make("span", "pill-kind", {}, `${kind} · ${titles}`));
      return chip;
    });
  }

  /** Tiles in their order; what was there already stays the same element. @param {Tile[]} tiles */
  #place(tiles) {
    const kept = new Set(tiles.map((tile) => tile.title_id));
    for (const [id, view] of this.#tiles) {
      if (kept.has(id)) continue;
      view.leave();
      this.#tiles.delete(id);
    }
    tiles.forEach((tile, position) => {
      /** @type {Placement} */
      const placement = { tile, row: null, page_id: null, position };
      let view = this.#tiles.get(tile.title_id);
      if (view) view.update(placement);
      else {
        view = new TileView(this.session, placement, () => this.session.searched(this.#query));
        this.#tiles.set(tile.title_id, view);
      }
      if (this.#list.children[position] !== view.element) {
        this.#list.insertBefore(view.element, this.#list.children[position] ?? null);
      }
    });
    const stops = [...this.#list.querySelectorAll("[data-stop]")];
    if (!stops.some((stop) => stop.getAttribute("tabindex") === "0")) stops[0]?.setAttribute("tabindex", "0");
  }

  /** Where among the tiles the focus is; -1: elsewhere. */
  #focusPlace() {
    const slot = document.activeElement?.closest(".found-tiles > li");
    return slot ? [...this.#list.children].indexOf(slot) : -1;
  }

  /** @param {boolean} isOn */
  #show(isOn) {
    this.found.hidden = !isOn;
    if (isOn) this.found.prepend(this.#name);
    else this.#name.remove(); // a page has one heading of the first order
    this.page.hidden = isOn;
  }
}
