/** A face for a profile: its number or first letters on a colour of its own. */
import { mark } from "./artwork.js";
import { make } from "./elements.js";

/** @param {string} id */
export function initialsFace(id) {
  const digits = /0*(\d{1,3})$/.exec(id)?.[1];
  const face = make("span", "face", { "aria-hidden": "true" }, digits ?? id.slice(0, 2).toUpperCase());
  face.style.setProperty("--hue", String(mark(id) % 360));
  return face;
}
