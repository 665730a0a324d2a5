/**
 * A pretend player: it shows no film, but a sitting with it sends what a real one would: play,
 * pause, resume, progress, stop, and complete at the end.
 * @import { Placement, Title } from "./types.js"
 * @import { Session } from "./session.js"
 */
import { fetchTitle } from "./api.js";
import { drawArtwork } from "./artwork.js";
import { button, drawIcon, make } from "./elements.js";
import { clockTime, nameOf, say } from "./messages.js";
import { openSheet } from "./sheet.js";
import { episodeBadge } from "./tile.js";

const TICK_MS = 250;
/** Seconds of the title in a second here: a minute. */
const SPEED = 60;
const UNKNOWN_RUNTIME_SECONDS = 90 * 60;
/** Of the slider by arrow keys; the position itself is finer. */
const STEP_SECONDS = 30;
/** Closer to the end than this, the title was watched to its end. */
const END_SECONDS = 2;

/** @param {Session} session @param {Placement} placement */
export async function openPlayer(session, placement) {
  const { tile } = placement;
  const playedId = tile.resume?.title_id ?? tile.title_id;
  const title = await fetchTitle(playedId).catch(() => null);
  new Player(session, placement, playedId, title);
}

class Player {
  #timer = 0;

  /** @param {Session} session @param {Placement} placement @param {string} playedId @param {Title | null} title */
  constructor(session, placement, playedId, title) {
    this.session = session;
    this.placement = placement;
    this.playedId = playedId;
    this.runtime = (title?.runtime_minutes ?? 0) * 60 || UNKNOWN_RUNTIME_SECONDS;
    this.begun = Math.min(placement.tile.resume?.position_seconds ?? 0, this.runtime);
    if (this.begun > this.runtime - END_SECONDS) this.begun = 0; // watched to its end: from the start
    this.position = this.begun;
    const { tile } = placement;
    const episode = [episodeBadge(tile.resume), title && playedId !== tile.title_id ? nameOf(title) : ""];
    this.slider = make("input", "scrubber", {
      type: "range", min: 0, max: Math.round(this.runtime), step: STEP_SECONDS, "aria-label": say("position"),
    });
    this.time = make("output", "player-time");
    this.toggle = button("button", { icon: "pause", text: say("pause") }, () => this.#pauseOrGoOn());
    const sheet = openSheet(
      "player", say("playing", { name: tile.name }),
      make("div", "player-room", { "aria-hidden": "true" }, drawArtwork(tile, { eager: true })),
      make("div", "player-picture", { "aria-hidden": "true" }, drawArtwork(tile, { eager: true })),
      make("div", "player-words", {},
        make("h2", "sheet-name", {}, tile.name),
        make("p", "meta", {}, episode.filter(Boolean).join(" · ")),
        this.slider, this.time,
        make("div", "buttons", {},
          this.toggle,
          button("button is-main", { icon: "check", text: say("stop_here") }, () => this.dialog.close()),
          button("button is-quiet", { icon: "right", text: say("to_the_end") }, () => this.#finish())),
        make("p", "quiet", {}, say("player_hint"))),
    );
    this.dialog = sheet.dialog;
    this.slider.addEventListener("input", () => this.#moveTo(Number(this.slider.value)));
    this.slider.addEventListener("change", () => this.#tell("progress"));
    this.dialog.addEventListener("close", () => void this.#stop());
    this.#moveTo(this.position);
    this.toggle.focus();
    void session.shared.queue.deliver([this.#event("play")]).then(() => this.#findEpisode());
    this.#run();
  }

  /**
   * Of a series that nobody began the tile names no episode; once begun, the page does.
   */
  async #findEpisode() {
    const { tile } = this.placement;
    if (tile.resume) return;
    const page = await this.session.refresh("");
    const now = page?.rows.flatMap((row) => row.tiles).find((one) => one.title_id === tile.title_id && one.resume);
    if (!now?.resume || now.resume.title_id === this.playedId || !this.dialog.open) return;
    const title = await fetchTitle(now.resume.title_id).catch(() => null);
    this.playedId = now.resume.title_id;
    this.runtime = (title?.runtime_minutes ?? 0) * 60 || this.runtime;
    this.slider.max = String(Math.round(this.runtime));
    const line = [episodeBadge(now.resume), title ? nameOf(title) : ""].filter(Boolean).join(" · ");
    const meta = this.dialog.querySelector(".meta");
    if (meta) meta.textContent = line;
    this.#moveTo(this.position);
  }

  #run() {
    this.#timer = window.setInterval(() => {
      this.#moveTo(this.position + (SPEED * TICK_MS) / 1000);
      if (this.#isAtEnd()) this.#finish();
    }, TICK_MS);
  }

  #isAtEnd() {
    return this.position >= this.runtime - END_SECONDS;
  }

  #pauseOrGoOn() {
    const isRunning = this.#timer !== 0;
    if (isRunning) clearInterval(this.#timer);
    this.#timer = 0;
    this.#tell(isRunning ? "pause" : "resume");
    this.toggle.replaceChildren(drawIcon(isRunning ? "play" : "pause"), say(isRunning ? "resume" : "pause"));
    if (!isRunning) this.#run();
  }

  /** @param {number} seconds */
  #moveTo(seconds) {
    this.position = Math.max(0, Math.min(seconds, this.runtime));
    this.slider.value = String(this.position);
    const words = say("position_text", { at: clockTime(this.position), of: clockTime(this.runtime) });
    this.time.textContent = words;
    this.slider.setAttribute("aria-valuetext", words);
    this.slider.style.setProperty("--done", String(Number(this.slider.value) / this.runtime));
  }

  #finish() {
    this.#moveTo(this.runtime);
    this.dialog.close();
  }

  async #stop() {
    clearInterval(this.#timer);
    const isDone = this.#isAtEnd();
    // Between pretending to watch and dragging there is no difference here: what lies between the
    // start of the sitting and its end was watched.
    const watched = { seconds_watched: Math.round(Math.max(0, this.position - this.begun)) };
    const events = [this.#event("stop", watched)];
    if (isDone) events.push(this.#event("complete"));
    const { name } = this.placement.tile;
    const said = isDone ? say("said_complete", { name }) : say("said_stopped", { name, at: clockTime(this.position) });
    await this.session.act(events, said);
  }

  /** @param {string} type */
  #tell(type) {
    this.session.shared.queue.add(this.#event(type));
  }

  /** @param {string} type @param {Record<string, unknown>} [more] */
  #event(type, more = {}) {
    return this.session.event(type, this.placement, {
      title_id: this.playedId,
      position_seconds: Math.round(this.position),
      runtime_seconds: Math.round(this.runtime),
      ...more,
    });
  }
}
