/**
 * The first of the top picks, large: picture, name, why, and what one can do with it.
 * @import { Placement, Title } from "./types.js"
 * @import { Session } from "./session.js"
 */
import { fetchTitle } from "./api.js";
import { drawArtwork } from "./artwork.js";
import { button, drawIcon, make } from "./elements.js";
import { say } from "./messages.js";
import { toggleList } from "./session.js";
import { episodeBadge } from "./tile.js";

export class HeroView {
  /** @type {Placement | null} */
  placement = null;
  element = make("section", "hero", { "aria-labelledby": "hero-name" });

  /** @param {Session} session */
  constructor(session) {
    this.session = session;
  }

  /** @param {Placement | null} placement */
  update(placement) {
    const before = this.placement;
    this.placement = placement;
    this.element.hidden = placement === null;
    if (!placement) return;
    if (before?.tile.title_id !== placement.tile.title_id
      || before.tile.artwork?.url !== placement.tile.artwork?.url) this.#draw(placement);
    this.#drawButtons(placement);
    if (before?.tile.token === placement.tile.token) return;
    const { attention } = this.session.shared;
    attention.watch(this.picture, () => this.session.report("impression", placement));
  }

  leave() {
    this.session.shared.attention.forget(this.picture);
  }

  picture = make("button", "hero-picture", { type: "button", tabindex: -1 });
  #meta = make("p", "meta");
  #synopsis = make("p", "hero-synopsis");
  #buttons = make("div", "buttons", { "data-line": true });

  /** @param {Placement} placement */
  #draw(placement) {
    const { tile, row } = placement;
    const backdrop = make("div", "hero-backdrop", { "aria-hidden": "true" }, drawArtwork(tile, { eager: true }));
    this.picture = button("hero-picture", { label: `${say("details")}: ${tile.name}`, attributes: { tabindex: "-1" } }, () => this.#open());
    this.picture.append(drawArtwork(tile, { eager: true }));
    this.#meta.replaceChildren();
    this.#synopsis.replaceChildren();
    const reason = make("p", "hero-reason", {}, tile.reason.text);
    if (tile.explore) reason.prepend(drawIcon("dice"));
    this.element.replaceChildren(
      backdrop,
      make(
        "div", "hero-words", {},
        make("p", "kicker", {}, row?.title ?? ""),
        make("h1", tile.name.length > 26 ? "hero-name is-long" : "hero-name", { id: "hero-name" }, tile.name),
        this.#meta, this.#synopsis, reason, this.#buttons,
      ),
      this.picture,
    );
    void this.#fill(placement);
  }

  /** @param {Placement} placement */
  async #fill({ tile }) {
    const title = await fetchTitle(tile.title_id).catch(() => null);
    if (!title || this.placement?.tile.title_id !== tile.title_id) return;
    this.#meta.replaceChildren(...drawFacts(title));
    this.#synopsis.textContent = title.synopsis ?? "";
  }

  /** @param {Placement} placement */
  #drawButtons(placement) {
    const { tile } = placement;
    const listed = this.session.listed.has(tile.title_id);
    const isBegun = tile.resume !== null;
    const at = [...this.#buttons.children].indexOf(/** @type {Element} */ (document.activeElement));
    const badge = episodeBadge(tile.resume);
    const playWords = isBegun ? [say("go_on"), badge].filter(Boolean).join(" · ") : say("play");
    this.#buttons.replaceChildren(
      button("button is-main", { icon: "play", text: playWords, attributes: { "data-stop": true } }, () => this.session.play(placement)),
      button(
        "button", { icon: listed ? "check" : "plus", text: say("my_list"), attributes: { "data-stop": true, "aria-pressed": String(listed) } },
        () => {
          const said = (/** @type {boolean} */ on) => say(on ? "said_listed" : "said_unlisted", { name: tile.name });
          void toggleList(this.session, placement, said);
          this.#drawButtons(placement);
        },
      ),
      button("button is-quiet", { icon: "info", text: say("details"), attributes: { "data-stop": true } }, () => this.#open()),
    );
    const focused = this.#buttons.children[at];
    if (focused instanceof HTMLElement) focused.focus(); // the buttons were drawn anew under it
  }

  #open() {
    if (!this.placement) return;
    this.session.report("click", this.placement);
    this.session.open(this.placement);
  }
}

/** Year, kind, length, age and genres, in one line. @param {Title} title */
export function drawFacts(title) {
  const year = title.release_year ?? title.release_date?.slice(0, 4);
  const facts = [
    year ? String(year) : "",
    say(`kind.${title.kind}`),
    title.runtime_minutes ? say("minutes", { n: Math.round(title.runtime_minutes) }) : "",
  ].filter(Boolean).map((fact) => make("span", "", {}, fact));
  if (title.maturity !== undefined) {
    facts.push(make("span", "age", {}, say("age", { age: title.maturity })));
  }
  for (const genre of (title.genres ?? []).slice(0, 3)) facts.push(make("span", "genre", {}, genre));
  return facts;
}
