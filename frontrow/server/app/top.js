/**
 * What stands on every page: header, footer, and the plain word that a service is invented.
 * @import { About, Place } from "./types.js"
 */
import { button, make } from "./elements.js";
import { initialsFace } from "./faces.js";
import { inWords, say } from "./messages.js";
import { addressWith, go } from "./place.js";

/**
 * @param {Place} place @param {About} about
 * @param {{made: () => void, yours: () => void}} show
 * @param {HTMLElement | null} search the field, where there is a profile to search for
 */
export function drawTop(place, about, show, search) {
  const header = /** @type {HTMLElement} */ (document.getElementById("top"));
  const home = make("a", "brand", { href: place.profile ? addressWith({}) : "/" }, about.name || "Frontrow");
  const right = make("div", "top-right", {}, drawLanguages(place));
  if (place.profile) {
    right.prepend(
      button("round", { icon: "sliders", label: say("yours") }, show.yours),
      button("round", { icon: "info", label: say("made") }, show.made),
    );
    const label = say("change_profile", { profile: place.profile });
    right.append(make("a", "chip", { href: addressWith({ profile: null, personalised: null }), "aria-label": label }, initialsFace(place.profile), make("span", "chip-name", {}, place.profile)));
  }
  const note = about.invented ? make("span", "note", { title: about.note }, say("invented")) : null;
  header.replaceChildren(...[home, note, search, right].filter((part) => part !== null));

  const footer = /** @type {HTMLElement} */ (document.getElementById("foot"));
  footer.replaceChildren(...[
    about.invented && about.note ? make("p", "", {}, about.note) : null,
    about.frozen_now ? make("p", "", {}, say("frozen", { time: inWords(about.frozen_now) })) : null,
    place.profile ? button("link", { text: say("made") }, show.made) : null,
    place.profile ? button("link", { text: say("yours") }, show.yours) : null,
  ].filter((part) => part !== null));
  const skip = document.querySelector(".skip");
  if (skip) skip.textContent = say("skip");
}

/** Above the rows while the viewer's history is left out, with the way back. @param {Place} place */
export function drawWithout(place) {
  if (place.personalised) return null;
  return make(
    "p", "without", {}, make("span", "", {}, say("without_on")),
    button("link", { text: say("with_again") }, () => go(addressWith({ personalised: null }))),
  );
}

/** @param {Place} place */
export function drawLanguages(place) {
  const group = make("div", "languages", { role: "group", "aria-label": say("language") });
  for (const [tag, name] of [["en", "English"], ["de", "Deutsch"]]) {
    const isOn = place.language === tag;
    const one = button("language", { text: (tag ?? "").toUpperCase(), label: name ?? "", attributes: { "aria-pressed": String(isOn), lang: tag ?? "" } }, () => go(addressWith({ language: tag ?? null })));
    group.append(one);
  }
  return group;
}
