/**
 * A title's picture, 16 by 9. Where there is none, or it doesn't load, a generated card with the
 * title's name takes its place, so that no tile is ever blank.
 * @import { TileArtwork } from "./types.js"
 */
import { make } from "./elements.js";

/** A number that is always the same for an id, to choose its colours by. @param {string} id */
export function mark(id) {
  let hash = 2_166_136_261; // FNV-1a, 32 bits
  for (let i = 0; i < id.length; i += 1) hash = Math.imul(hash ^ id.charCodeAt(i), 16_777_619);
  hash = Math.imul(hash ^ (hash >>> 15), 2_246_822_507); // ids that differ in one letter, far apart
  return (hash ^ (hash >>> 13)) >>> 0;
}

const PAINTED = /^\/artwork\/.*\.svg$/;
const SENT = "/artwork/files/";

/** The widths in which an image is kept that was sent. @param {string} url */
function sizesOf(url) {
  if (!url.startsWith(SENT)) return null;
  return [320, 640, 1280].map((width) => `${url}?width=${width} ${width}w`).join(", ");
}

/**
 * @param {{title_id: string, name: string, artwork: TileArtwork | null}} of
 * @param {{eager?: boolean}} [how]
 */
export function drawArtwork(of, { eager = false } = {}) {
  const frame = make("span", "art");
  if (!of.artwork) {
    frame.append(drawCard(of));
    return frame;
  }
  const image = make("img", "", {
    src: of.artwork.url,
    srcset: sizesOf(of.artwork.url),
    sizes: eager ? "(min-width: 1000px) 640px, 60vw" : "(min-width: 1000px) 320px, 40vw",
    alt: "",
    width: 640,
    height: 360,
    decoding: "async",
    loading: eager ? "eager" : "lazy",
    fetchpriority: eager ? "high" : null,
    draggable: "false",
  });
  image.addEventListener("load", () => frame.classList.add("is-there"), { once: true });
  image.addEventListener("error", () => image.replaceWith(drawCard(of)), { once: true });
  frame.append(image);
  // Artwork that this service painted carries its title; a picture from elsewhere may not.
  if (!PAINTED.test(of.artwork.url)) frame.append(make("span", "art-name", {}, of.name));
  return frame;
}

/** Left out where a title is known by one letter. */
const ARTICLE = /^(the|an?|der|die|das|ein|eine|les?|la|un|une)\s+(?=\S)/i;

/** @param {{title_id: string, name: string}} of */
function drawCard({ title_id, name }) {
  const number = mark(title_id);
  const card = make(
    "span", `card card-${number % 4}`, {},
    make("span", "card-letter", { "aria-hidden": "true" }, [...name.replace(ARTICLE, "")][0] ?? ""),
    make("span", name.length > 28 ? "card-name is-long" : "card-name", {}, name),
  );
  card.style.setProperty("--hue", String((number >>> 3) % 360));
  card.style.setProperty("--turn", `${100 + ((number >>> 12) % 80)}deg`);
  return card;
}
