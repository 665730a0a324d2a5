/**
 * Who is watching: the profiles that the service names, and a field for any other.
 * @import { About } from "./types.js"
 */
import { fetchProfiles, fetchTaste } from "./api.js";
import { button, make } from "./elements.js";
import { initialsFace } from "./faces.js";
import { say, spokenLanguage } from "./messages.js";
import { addressWith } from "./place.js";

const ID = /^[A-Za-z0-9._:@-]{1,128}$/;
const FIRST_PROFILES = 18;
const MOST_LIKES = 3;

/**
 * @param {HTMLElement} place @param {About} about
 * @param {(address: string) => void} go
 */
export async function showChooser(place, about, go) {
  const known = make("div", "known");
  place.replaceChildren(make(
    "div", "chooser", {},
    make("h1", "", {}, say("who")),
    make("p", "quiet", {}, say("who_hint")),
    drawWorthLookingAt(about.worth_looking_at),
    drawField(go),
    known,
  ));
  await showKnown(known, new Set(about.worth_looking_at));
}

/** @param {string} id @param {string} size */
function drawProfile(id, size) {
  const name = make("span", "profile-name", {}, id);
  return make("a", `profile ${size}`, { href: addressWith({ profile: id }), "data-stop": true }, initialsFace(id), name);
}

/** @param {string[]} ids */
function drawWorthLookingAt(ids) {
  if (ids.length === 0) return null;
  const list = make("ul", "profiles is-large", { "data-line": true, role: "list" });
  for (const id of ids) {
    const profile = drawProfile(id, "is-large");
    list.append(make("li", "", {}, profile));
    void tellTaste(id, profile);
  }
  return make("section", "worth", { "aria-label": say("worth") }, make("h2", "", {}, say("worth")), list);
}

/** What a profile likes, under its name, so that one sees whose page it will be. @param {string} id @param {Element} profile */
async function tellTaste(id, profile) {
  const taste = await fetchTaste(id, spokenLanguage()).catch(() => null);
  const likes = (taste?.inferences ?? []).filter(({ kind, affinity }) => kind === "genre" && affinity > 0);
  const what = likes.slice(0, MOST_LIKES).map(({ name }) => name).join(", ");
  if (what) profile.append(make("span", "profile-taste", {}, say("likes", { what })));
}

/** @param {(address: string) => void} go */
function drawField(go) {
  const input = make("input", "field", {
    id: "any", name: "profile", type: "text", autocomplete: "off", autocapitalize: "off",
    spellcheck: "false", maxlength: 128, "aria-describedby": "any-hint", placeholder: say("profile_id"),
  });
  const hint = make("p", "quiet", { id: "any-hint", "aria-live": "polite" }, say("any_profile_hint"));
  const form = make(
    "form", "any", { novalidate: true },
    make("label", "", { for: "any" }, say("any_profile")),
    make("div", "any-line", {}, input, make("button", "button is-main", { type: "submit" }, say("open"))),
    hint,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const id = input.value.trim();
    const isRight = ID.test(id);
    hint.textContent = say(isRight ? "any_profile_hint" : "any_profile_wrong");
    hint.classList.toggle("is-wrong", !isRight);
    input.setAttribute("aria-invalid", String(!isRight));
    if (isRight) go(addressWith({ profile: id }));
    else input.focus();
  });
  return form;
}

/** A key without the right to list profiles shows none; the field still opens any. @param {HTMLElement} place @param {Set<string>} shown */
async function showKnown(place, shown) {
  const list = make("ul", "profiles", { "data-line": true, role: "list" });
  let after = "";
  let waiting = /** @type {string[]} */ ([]);
  const more = button("button is-quiet", { text: say("more_profiles") }, () => void showMore());

  async function showMore() {
    if (waiting.length === 0) {
      const answer = await fetchProfiles(after).catch(() => null);
      waiting = (answer?.profiles ?? []).map((one) => one.profile_id).filter((id) => !shown.has(id));
      after = answer?.next ?? "";
    }
    for (const id of waiting.splice(0, FIRST_PROFILES)) {
      list.append(make("li", "", {}, drawProfile(id, "is-small")));
    }
    more.hidden = waiting.length === 0 && !after;
  }

  await showMore();
  if (list.childElementCount > 0) place.append(make("h2", "", {}, say("all_profiles")), list, more);
}
