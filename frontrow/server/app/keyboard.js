/**
 * Arrow keys: left and right within a line of things to press, up and down between lines, as with
 * a remote control. A line is marked `data-line`; what can be pressed in it, `data-stop`.
 */
import { wantsStillness } from "./elements.js";

export function listenForArrows() {
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const from = document.activeElement;
    if (!(from instanceof HTMLElement) || from.matches("input, select, textarea")) return;
    if (event.key === "Delete") {
      from.closest("li")?.querySelector(".remover")?.dispatchEvent(new MouseEvent("click"));
      return;
    }
    const to = target(event.key, from);
    if (!to) return;
    event.preventDefault();
    moveTo(to);
  });
  // Whichever way focus came, the row remembers it: tabbing back returns here.
  document.addEventListener("focusin", (event) => {
    if (event.target instanceof HTMLElement) remember(event.target);
  });
}

/** @param {Element} line @returns {HTMLElement[]} */
function stopsOf(line) {
  const stops = /** @type {NodeListOf<HTMLElement>} */ (line.querySelectorAll("[data-stop]"));
  return [...stops].filter((stop) => stop.offsetParent !== null);
}

/** @param {string} key @param {HTMLElement} from @returns {HTMLElement | null} */
function target(key, from) {
  const front = [...document.querySelectorAll("dialog[open]")].pop() ?? document.body;
  const lines = [...front.querySelectorAll("[data-line]")].filter((line) => stopsOf(line).length > 0);
  const line = from.closest("[data-line]");
  if (!line) return key === "ArrowDown" && from === document.body ? (stopsOf(lines[0] ?? front)[0] ?? null) : null;
  const stops = stopsOf(line);
  const at = stops.indexOf(/** @type {HTMLElement} */ (from.closest("[data-stop]") ?? from.closest("li")?.querySelector("[data-stop]")));
  switch (key) {
    case "ArrowLeft": return stops[at - 1] ?? null;
    case "ArrowRight": return stops[at + 1] ?? null;
    case "Home": return stops[0] ?? null;
    case "End": return stops[stops.length - 1] ?? null;
    case "ArrowUp": return across(from, stops, -1) ?? entry(lines[lines.indexOf(line) - 1], from);
    case "ArrowDown": return across(from, stops, 1) ?? entry(lines[lines.indexOf(line) + 1], from);
    default: return null;
  }
}

/**
 * Within a line that wraps into several (a grid): the nearest in the next of them.
 * @param {HTMLElement} from @param {HTMLElement[]} stops @param {number} way
 */
function across(from, stops, way) {
  const here = from.getBoundingClientRect();
  const beyond = stops.filter((stop) => {
    const there = stop.getBoundingClientRect();
    return way < 0 ? there.bottom <= here.top : there.top >= here.bottom;
  });
  if (beyond.length === 0) return null;
  const tops = beyond.map((stop) => stop.getBoundingClientRect().top);
  const next = way < 0 ? Math.max(...tops) : Math.min(...tops);
  return nearest(beyond.filter((_, i) => Math.abs((tops[i] ?? 0) - next) < 4), here);
}

/** Where to come into a line: below what was left. @param {Element | undefined} line @param {HTMLElement} from */
function entry(line, from) {
  if (!line) return null;
  const edges = line.getBoundingClientRect();
  const seen = stopsOf(line).filter((stop) => {
    const { left, right } = stop.getBoundingClientRect();
    return right > edges.left + 4 && left < Math.min(edges.right, window.innerWidth) - 4;
  });
  return nearest(seen.length > 0 ? seen : stopsOf(line), from.getBoundingClientRect());
}

/** @param {HTMLElement[]} stops @param {DOMRect} from @returns {HTMLElement | null} */
function nearest(stops, from) {
  const centre = from.left + from.width / 2;
  /** @param {HTMLElement} stop */
  const distance = (stop) => {
    const { left, width } = stop.getBoundingClientRect();
    return Math.abs(left + width / 2 - centre);
  };
  return stops.reduce(
    (/** @type {HTMLElement | null} */ best, stop) => (best && distance(best) <= distance(stop) ? best : stop), null,
  );
}

/** @param {HTMLElement} stop */
function moveTo(stop) {
  stop.focus({ preventScroll: true });
  const behavior = wantsStillness() ? "instant" : "smooth";
  stop.scrollIntoView({ block: "nearest", inline: "nearest", behavior });
}

/** @param {HTMLElement} focused */
function remember(focused) {
  const list = focused.closest("ul[data-line]");
  const slot = focused.closest("li");
  if (!list || !slot) return;
  for (const stop of list.querySelectorAll("button[tabindex='0']")) stop.setAttribute("tabindex", "-1");
  for (const stop of slot.querySelectorAll("button")) stop.setAttribute("tabindex", "0");
}
