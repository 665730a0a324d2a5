/** Short words at the lower edge, seen and read aloud: what was done and how the page changed. */
import { make } from "./elements.js";

const SHOWN_MS = 6_000;
const MOST = 2;

/** @param {string} text */
export function toast(text) {
  const place = document.getElementById("toasts");
  if (!place) return;
  const note = make("p", "toast", {}, text);
  place.append(note);
  raise(place);
  readAloud(text);
  while (place.childElementCount > MOST) place.firstElementChild?.remove();
  setTimeout(() => {
    note.remove();
    if (place.childElementCount === 0) place.hidePopover();
  }, SHOWN_MS);
}

/** Above any dialog: the layer that was opened last is the topmost. @param {HTMLElement} place */
function raise(place) {
  if (place.matches(":popover-open")) place.hidePopover();
  place.showPopover();
}

/** A dialog makes the rest of the page silent, so each has a line of its own. @param {string} text */
function readAloud(text) {
  const front = [...document.querySelectorAll("dialog[open]")].pop() ?? document.body;
  const line = front.querySelector(":scope > .said");
  if (line) line.textContent = text;
}
