/**
 * One tile: picture, progress, badge; its reason comes up under it on hover and focus.
 * @import { Placement, Resume } from "./types.js"
 * @import { Session } from "./session.js"
 */
import { drawArtwork } from "./artwork.js";
import { button, drawIcon, make } from "./elements.js";
import { say } from "./messages.js";
import { leaveContinueWatching } from "./session.js";

/** @param {Resume | null} resume */
export function episodeBadge(resume) {
  if (!resume || resume.season === undefined || resume.episode === undefined) return "";
  return say("episode", { season: resume.season, episode: resume.episode });
}

/** What a tile says to those who can't see it. @param {Placement} placement */
function describe({ tile, row, position }) {
  const { resume } = tile;
  const parts = [tile.name];
  if (row?.kind === "top10") parts.unshift(say("number", { rank: position + 1 }));
  if (resume?.season !== undefined && resume.episode !== undefined) {
    parts.push(say("episode_long", { season: resume.season, episode: resume.episode }));
  }
  if (resume && resume.fraction > 0) {
    parts.push(say("watched_share", { share: Math.round(resume.fraction * 100) }));
  }
  parts.push(tile.reason.text);
  if (tile.explore) parts.push(say("explored"));
  return parts.filter((part, i) => parts.indexOf(part) === i).join(". ");
}

/** Whether two tiles look the same, so that the picture on the screen may stay. @param {Placement} one @param {Placement} other */
const look = (one, other) =>
  one.tile.artwork?.url === other.tile.artwork?.url && one.tile.name === other.tile.name;

export class TileView {
  /** @type {Placement} */
  placement;

  /**
   * @param {Session} session @param {Placement} placement
   * @param {() => void} [beforeOpen] what is told before the click
   */
  constructor(session, placement, beforeOpen = () => {}) {
    this.session = session;
    this.placement = placement;
    this.beforeOpen = beforeOpen;
    this.art = drawArtwork(placement.tile);
    this.opener = make("button", "tile", { type: "button", tabindex: -1, "data-stop": true });
    this.opener.addEventListener("click", () => this.#open());
    this.element = make("li", "slot", {}, this.opener);
    this.#dress();
    this.#watch();
  }

  /** The same title on a newer page. @param {Placement} placement */
  update(placement) {
    const before = this.placement;
    this.placement = placement;
    if (!look(before, placement)) this.art = drawArtwork(placement.tile);
    this.#dress();
    if (before.tile.token !== placement.tile.token) this.#watch();
  }

  leave() {
    this.session.shared.attention.forget(this.opener);
    this.element.remove();
  }

  #dress() {
    const { tile, row, position } = this.placement;
    const badge = episodeBadge(tile.resume);
    this.opener.setAttribute("aria-label", describe(this.placement));
    this.opener.dataset.title = tile.title_id;
    this.opener.replaceChildren(this.art, ...this.#marks(badge));
    this.element.querySelector(".remover")?.remove(); // the opener stays put: moving it loses focus
    if (row?.kind === "top10") {
      this.element.classList.add("is-ranked");
      this.element.dataset.rank = String(position + 1);
    }
    if (row?.kind === "continue_watching") this.element.append(this.#remover());
  }

  /** @param {string} badge */
  #marks(badge) {
    const { tile } = this.placement;
    const marks = [];
    if (tile.explore) {
      marks.push(make("span", "chance", { title: say("explored") }, drawIcon("dice")));
    }
    if (tile.resume && tile.resume.fraction > 0) {
      const bar = make("span", "progress", {}, make("span", "progress-done"));
      bar.style.setProperty("--done", String(Math.min(1, tile.resume.fraction)));
      marks.push(bar);
    }
    if (badge) marks.push(make("span", "badge", { "aria-hidden": "true" }, badge));
    const reason = make("span", "tile-reason", {}, tile.reason.text);
    marks.push(make("span", "tile-words", { "aria-hidden": "true" }, make("span", "tile-name", {}, tile.name), reason));
    return marks;
  }

  #remover() {
    const name = this.placement.tile.name;
    const label = say("remove_named", { name });
    const tabindex = String(this.opener.tabIndex);
    return button("remover", { icon: "close", label, attributes: { tabindex } }, () => {
      void leaveContinueWatching(this.session, this.placement, say("said_removed", { name }));
    });
  }

  #open() {
    this.beforeOpen();
    this.session.report("click", this.placement);
    this.session.open(this.placement);
  }

  #watch() {
    this.session.shared.attention.watch(this.opener, () => this.session.report("impression", this.placement));
  }
}
