/** Saying things in the language of the page; the words themselves are in `words.js`. */
import { DE, EN } from "./words.js";

/** @type {Record<string, Record<string, string>>} */
const WORDS = { en: EN, de: DE };
let spoken = "en";

/** From here on, speak this language. @param {string} language `en` or `de` */
export function speak(language) {
  spoken = language in WORDS ? language : "en";
  document.documentElement.lang = spoken;
}

export const spokenLanguage = () => spoken;

/**
 * A message in words; an unknown one stays its code, which is better than an empty place.
 * @param {string} code
 * @param {Record<string, string | number>} [parameters]
 */
export function say(code, parameters = {}) {
  /** @type {Record<string, string>} */
  const words = WORDS[spoken] ?? EN;
  const number = parameters.n;
  const form = typeof number === "number" ? new Intl.PluralRules(spoken).select(number) : "";
  const text = words[`${code}.${form}`] ?? words[code] ?? code;
  return text.replace(/\{(\w+)\}/g, (/** @type {string} */ _, /** @type {string} */ name) => String(parameters[name] ?? ""));
}

/** A moment as one reads it. @param {string} time */
export function inWords(time) {
  return new Date(time).toLocaleString(spoken, { dateStyle: "medium", timeStyle: "short" });
}

/** What a title is called in the language of the page. @param {import("./types.js").Title} title */
export const nameOf = ({ name, names }) => names?.[spoken] ?? name;

/** Names of languages, in words. @param {string[]} tags */
export function languageNames(tags) {
  const names = new Intl.DisplayNames([spoken], { type: "language" });
  return tags.map((tag) => {
    try {
      return names.of(tag) ?? tag;
    } catch {
      return tag;
    }
  }).join(", ");
}

/** Hours, minutes and seconds of a position. @param {number} seconds */
export function clockTime(seconds) {
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [first, ...rest] = parts[0] ? parts : parts.slice(1);
  return [first, ...rest.map((part) => String(part).padStart(2, "0"))].join(":");
}
