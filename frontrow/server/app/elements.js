/** Building elements. Text always goes in as text, so nothing that a catalogue says can be markup. */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} [classes]
 * @param {Record<string, string | number | boolean | null>} [attributes] false and null: left out
 * @param {...(Node | string | null | false)} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, classes = "", attributes = {}, ...children) {
  const element = document.createElement(tag);
  if (classes) element.className = classes;
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== null) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

/**
 * A button with an icon, words, or both; an icon alone needs a label.
 * @param {string} classes
 * @param {{icon?: string, text?: string, label?: string, attributes?: Record<string, string | boolean>}} what
 * @param {(event: MouseEvent) => void} onClick
 */
export function button(classes, { icon, text, label, attributes = {} }, onClick) {
  const all = { type: "button", "aria-label": label ?? null, title: text ? null : (label ?? null), ...attributes };
  const element = make("button", classes, all, icon ? drawIcon(icon) : null, text ? make("span", "", {}, text) : null);
  element.addEventListener("click", onClick);
  return element;
}

/** Icons on a grid of 24, drawn with strokes in the colour of the text. */
const ICONS = /** @type {Record<string, string>} */ ({
  play: "M8 5.5v13l10.5-6.5z",
  pause: "M8 5v14M16 5v14",
  plus: "M12 5v14M5 12h14",
  sliders: "M4 8h9M19 8h1M4 16h1M11 16h9M16 5.5v5M8 13.5v5",
  check: "M5 12.5l4.5 4.5L19 7.5",
  info: "M12 11v6M12 7.2v.1M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z",
  like: "M7 21V10l4.5-7c1.6 0 2.4 1.2 2.1 2.7L13 9h5.2c1.3 0 2.2 1.2 1.9 2.4l-1.8 7.2A3 3 0 0 1 15.4 21zM7 10H4v11h3",
  love: "M12 20.5C5.5 16 3 12.6 3 9a4.7 4.7 0 0 1 9-2 4.7 4.7 0 0 1 9 2c0 3.6-2.5 7-9 11.5z",
  no: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM5.7 5.7l12.6 12.6",
  close: "M6 6l12 12M18 6L6 18",
  left: "M15 5l-7 7 7 7",
  right: "M9 5l7 7-7 7",
  back: "M10 6l-6 6 6 6M4 12h16",
  dice: "M12 3l2.2 6.8L21 12l-6.8 2.2L12 21l-2.2-6.8L3 12l6.8-2.2z",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.4 15.4L20.5 20.5",
  again: "M4 12a8 8 0 1 0 2.6-5.9M4 4v4.5h4.5",
});

/** @param {string} name */
export function drawIcon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon", `icon-${name}`);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name] ?? "");
  svg.append(path);
  return svg;
}

/** Whether this viewer asked for less motion. */
export function wantsStillness() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}
