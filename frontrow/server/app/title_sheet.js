/**
 * A title, opened: what it is, why it is here, what one can do with it, and more like it.
 * @import { Placement, Tile, Title } from "./types.js"
 * @import { Session } from "./session.js"
 */
import { fetchSimilar, fetchTitle } from "./api.js";
import { drawArtwork } from "./artwork.js";
import { button, drawIcon, make } from "./elements.js";
import { drawFacts } from "./hero.js";
import { languageNames, say } from "./messages.js";
import { inRow } from "./row.js";
import { forgetTitle, leaveContinueWatching, rate, toggleList } from "./session.js";
import { openSheet } from "./sheet.js";
import { TileView, episodeBadge } from "./tile.js";

const ROLES = ["actor", "presenter", "creator", "director", "writer"];
const MOST_NAMES = 6;
const MOST_SIMILAR = 9;

/** @param {Session} session @param {Placement} placement */
export function openTitle(session, placement) {
  new TitleSheet(session, placement);
}

class TitleSheet {
  /** Titles that were opened from one another. @type {Placement[]} */
  #trail = [];
  /** @type {TileView[]} */
  #similar = [];
  actions = make("div", "buttons", { "data-line": true });

  /** @param {Session} session @param {Placement} placement */
  constructor(session, placement) {
    this.session = session;
    this.placement = placement;
    const sheet = openSheet("title", placement.tile.name);
    this.dialog = sheet.dialog;
    this.body = sheet.body;
    const opensOnPage = session.open;
    session.open = (next) => this.#goTo(next); // a title like this one opens in its place
    this.dialog.addEventListener("close", () => {
      session.open = opensOnPage;
      this.#forget();
    });
    this.#draw();
  }

  /** @param {Placement} next */
  #goTo(next) {
    this.#trail.push(this.placement);
    this.placement = next;
    this.#draw();
  }

  #forget() {
    for (const view of this.#similar) view.leave();
    this.#similar = [];
  }

  #draw() {
    const { tile, row } = this.placement;
    this.#forget();
    this.dialog.setAttribute("aria-label", tile.name);
    const meta = make("p", "meta");
    const synopsis = make("p", "synopsis");
    const people = make("dl", "people");
    const reasons = [row ? make("p", "quiet", {}, `${inRow(row)}: ${row.reason.text}`) : null];
    if (tile.explore) reasons.unshift(make("p", "quiet", {}, drawIcon("dice"), say("explored")));
    this.actions = make("div", "buttons", { "data-line": true });
    const similar = make("section", "similar", { "aria-labelledby": "similar-name" });
    this.body.replaceChildren(
      make("div", "sheet-picture", {}, drawArtwork(tile, { eager: true }), ...this.#back()),
      make(
        "div", "sheet-words", {},
        make("h2", "sheet-name", {}, tile.name), meta, this.actions,
        make("div", "columns", {},
          make("div", "", {}, synopsis,
            make("section", "why", { "aria-label": say("why_here") },
              make("h3", "", {}, say("why_here")), make("p", "why-tile", {}, tile.reason.text), ...reasons)),
          people),
      ),
      similar,
    );
    this.body.scrollTop = 0;
    this.dialog.scrollTop = 0;
    this.#drawActions();
    /** @type {HTMLElement | null} */ (this.actions.querySelector("button"))?.focus({ preventScroll: true });
    void this.#fill(tile, meta, synopsis, people);
    void this.#fillSimilar(tile, similar);
  }

  #back() {
    if (this.#trail.length === 0) return [];
    return [button("round sheet-back", { icon: "back", label: say("back") }, () => {
      const before = this.#trail.pop();
      if (before) this.placement = before;
      this.#draw();
    })];
  }

  #drawActions() {
    const { session, placement } = this;
    const { tile, row } = placement;
    const { name } = tile;
    const rating = session.ratings.get(tile.title_id);
    const listed = session.listed.has(tile.title_id);
    const stop = { "data-stop": true };
    const badge = episodeBadge(tile.resume);
    const playWords = tile.resume ? [say("go_on"), badge].filter(Boolean).join(" · ") : say("play");
    const at = [...this.actions.children].indexOf(/** @type {Element} */ (document.activeElement));
    /** @param {string} icon @param {string} text @param {boolean} on @param {() => void} act */
    const toggle = (icon, text, on, act) =>
      button("button is-small", { icon, text, attributes: { ...stop, "aria-pressed": String(on) } }, () => {
        act();
        this.#drawActions();
      });
    this.actions.replaceChildren(
      button("button is-main", { icon: "play", text: playWords, attributes: stop }, () => {
        this.dialog.close();
        session.play(placement);
      }),
      toggle(listed ? "check" : "plus", say("my_list"), listed, () =>
        void toggleList(session, placement, (on) => say(on ? "said_listed" : "said_unlisted", { name }))),
      toggle("like", say("like"), rating === 1, () => void rate(session, placement, 1, say("said_like", { name }))),
      toggle("love", say("love"), rating === 2, () => void rate(session, placement, 2, say("said_love", { name }))),
      button("button is-small", { icon: "no", text: say("no"), attributes: stop }, () => {
        this.dialog.close();
        void rate(session, placement, -1, say("said_no", { name }));
      }),
    );
    if (row?.kind === "continue_watching") {
      this.actions.append(button("button is-small", { icon: "close", text: say("remove"), attributes: stop }, () => {
        this.dialog.close();
        void leaveContinueWatching(session, placement, say("said_removed", { name }));
      }));
    }
    if (tile.resume) {
      this.actions.append(button("button is-small", { icon: "again", text: say("forget_title"), attributes: stop }, () => {
        this.dialog.close();
        void forgetTitle(session, placement, say("said_forgotten", { name }));
      }));
    }
    const focused = this.actions.children[at];
    if (focused instanceof HTMLElement) focused.focus(); // the buttons were drawn anew under it
  }

  /** @param {Tile} tile @param {HTMLElement} meta @param {HTMLElement} synopsis @param {HTMLElement} people */
  async #fill(tile, meta, synopsis, people) {
    const title = await fetchTitle(tile.title_id).catch(() => null);
    if (!title) {
      synopsis.textContent = say("no_details");
      return;
    }
    meta.replaceChildren(...drawFacts(title));
    synopsis.textContent = title.synopsis ?? "";
    for (const [name, text] of peopleAndLanguages(title)) {
      people.append(make("div", "", {}, make("dt", "", {}, name), make("dd", "", {}, text)));
    }
  }

  /** @param {Tile} tile @param {HTMLElement} place */
  async #fillSimilar(tile, place) {
    const answer = await fetchSimilar(tile.title_id, this.session.place).catch(() => null);
    if (!answer || this.placement.tile !== tile || !this.dialog.open) return;
    const list = make("ul", "grid", { "data-line": true, role: "list" });
    for (const [position, like] of answer.tiles.slice(0, MOST_SIMILAR).entries()) {
      const view = new TileView(this.session, { tile: like, row: null, page_id: null, position });
      if (position === 0) view.opener.tabIndex = 0;
      this.#similar.push(view);
      list.append(view.element);
    }
    const none = list.childElementCount === 0 ? make("p", "quiet", {}, say("similar_none")) : null;
    place.append(make("h3", "", { id: "similar-name" }, say("similar")), none ?? list);
  }
}

/** @param {Title} title @returns {[string, string][]} */
function peopleAndLanguages(title) {
  /** @type {[string, string][]} */
  const lines = [];
  for (const role of ROLES) {
    const names = (title.people ?? []).filter((person) => person.role === role).map(({ name }) => name);
    if (names.length > 0) lines.push([say(`role.${role}`), names.slice(0, MOST_NAMES).join(", ")]);
  }
  const { audio_languages: audio, subtitle_languages: subtitles } = title;
  if (audio?.length) lines.push([say("audio"), languageNames(audio)]);
  if (subtitles?.length) lines.push([say("subtitles"), languageNames(subtitles)]);
  return lines;
}
