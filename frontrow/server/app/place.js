/**
 * What the address says and the device tells: whose page, in which language, for which screen.
 * @import { Place } from "./types.js"
 */

const DEVICES = ["tv", "web", "phone", "tablet"];
const TV_BROWSERS = /\b(SMART-TV|SmartTV|Tizen|Web0S|webOS|BRAVIA|AFT[A-Z]|GoogleTV|CrKey|HbbTV)\b/;
const PHONE_WIDTH = 640;
const TABLET_WIDTH = 1180;

/** @returns {string} */
function guessDevice() {
  if (TV_BROWSERS.test(navigator.userAgent)) return "tv";
  if (window.innerWidth <= PHONE_WIDTH) return "phone";
  const touch = window.matchMedia("(pointer: coarse)").matches;
  return touch && window.innerWidth <= TABLET_WIDTH ? "tablet" : "web";
}

/** The app speaks two languages; a viewer's browser says which, unless the address does. */
function guessLanguage() {
  return navigator.language.toLowerCase().startsWith("de") ? "de" : "en";
}

/** @returns {Place} */
export function readPlace() {
  const asked = new URLSearchParams(location.search);
  const language = asked.get("language") ?? "";
  const device = asked.get("device") ?? "";
  return {
    profile: asked.get("profile") || null,
    language: ["en", "de"].includes(language) ? language : guessLanguage(),
    personalised: asked.get("personalised") !== "false",
    device: DEVICES.includes(device) ? device : guessDevice(),
    country: asked.get("country") || null,
  };
}

/**
 * The address of the present place with some parts changed; null leaves a part out.
 * @param {Record<string, string | null>} changes
 */
export function addressWith(changes) {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  return text ? `/?${text}` : "/";
}

/**
 * Go to an address without loading the app anew: events that still wait to be sent live on.
 * @param {string} address
 */
export function go(address) {
  history.pushState(null, "", address);
  window.dispatchEvent(new PopStateEvent("popstate"));
}
