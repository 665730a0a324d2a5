/** How tiles move to their new places when the page changes under the viewer. */
import { wantsStillness } from "./elements.js";

const GLIDE_MS = 450;
const EASE = "cubic-bezier(.2, .7, .2, 1)";

/** Where elements are now. @param {Element[]} elements @returns {Map<Element, DOMRect>} */
export function placesOf(elements) {
  return new Map(elements.map((element) => [element, element.getBoundingClientRect()]));
}

/**
 * Let elements glide from where they were; new ones fade in.
 * @param {Map<Element, DOMRect>} places @param {Element[]} born
 */
export function glide(places, born) {
  if (wantsStillness()) return;
  for (const [element, before] of places) {
    if (!element.isConnected) continue;
    const now = element.getBoundingClientRect();
    const [dx, dy] = [before.left - now.left, before.top - now.top];
    const isNear = Math.max(now.top, before.top) < 2 * window.innerHeight;
    if ((!dx && !dy) || !isNear) continue;
    element.animate(
      [{ transform: `translate(${dx}px, ${dy}px)` }, { transform: "none" }],
      { duration: GLIDE_MS, easing: EASE },
    );
  }
  for (const element of born) {
    element.animate(
      [{ opacity: 0, transform: "scale(.92)" }, { opacity: 1, transform: "none" }],
      { duration: GLIDE_MS, easing: EASE },
    );
  }
}
