/**
 * For a viewer of whom nothing is known: some well-known, very different titles to pick from.
 * @import { Tile } from "./types.js"
 * @import { Session } from "./session.js"
 */
import { fetchStarter } from "./api.js";
import { drawArtwork } from "./artwork.js";
import { button, make } from "./elements.js";
import { say } from "./messages.js";
import { openSheet } from "./sheet.js";

/** @param {Session} session @param {() => void} then once the picks hold */
export function openStarter(session, then) {
  /** @type {Map<Tile, number>} */
  const picked = new Map();
  const list = make("ul", "grid starters", { "data-line": true, role: "list" });
  const { dialog } = openSheet(
    "starter", say("starter"),
    make("h2", "sheet-name", {}, say("starter")), make("p", "quiet", {}, say("starter_hint")), list,
    button("button is-main", { icon: "check", text: say("starter_done") }, () => void finish()),
  );
  async function finish() {
    const events = [...picked].map(([tile, position]) =>
      session.event("rate", { tile, row: null, page_id: null, position }, { value: 1, attributes: { starter: true } }));
    dialog.close();
    if (events.length === 0) return;
    await session.shared.queue.deliver(events);
    then();
  }
  void fetchStarter(session.place).then(({ tiles }) => {
    list.replaceChildren(...tiles.map((tile, position) => drawPick(tile, (isPicked) => {
      if (isPicked) picked.set(tile, position);
      else picked.delete(tile);
    })));
  }, () => list.replaceChildren(make("li", "quiet", {}, say("trouble_0"))));
}

/** @param {Tile} tile @param {(isPicked: boolean) => void} pick */
function drawPick(tile, pick) {
  const one = make("button", "tile", { type: "button", "aria-pressed": "false", "aria-label": tile.name, "data-stop": true });
  const words = make("span", "tile-words", { "aria-hidden": "true" }, make("span", "tile-name", {}, tile.name));
  one.append(drawArtwork(tile), words);
  one.addEventListener("click", () => {
    const isPicked = one.getAttribute("aria-pressed") !== "true";
    one.setAttribute("aria-pressed", String(isPicked));
    pick(isPicked);
  });
  return make("li", "slot", {}, one);
}
