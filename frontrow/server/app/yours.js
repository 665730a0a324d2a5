/**
 * "Your page, your say": what was inferred of the viewer, each with a word against it, the viewer's wishes,
 * and the ways out: start again, take the data along, be forgotten. What is changed here holds at once.
 * @import { Inference, Preferences, Taste } from "./types.js"
 * @import { Session } from "./session.js"
 */
import { changeProfile, changeTaste, fetchData, fetchProfile, fetchTaste, forgetProfile, Problem, startAgain } from "./api.js";
import { button, make } from "./elements.js";
import { say, spokenLanguage } from "./messages.js";
import { addressWith, go } from "./place.js";
import { openSheet } from "./sheet.js";
import { toast } from "./toasts.js";

/** Kinds of inferences in the order in which they are shown -> their name in a correction. */
const KINDS = /** @type {Record<string, string>} */ ({
  genre: "genres", theme: "themes", person: "people", genre_at: "genres_at", era: "eras",
  runtime: "runtimes", kind: "kinds", language: "languages", artwork: "artwork",
});
const MOST = 8;

/** @param {Session} session */
export function drawYours(session) {
  const profile = session.place.profile ?? "";
  const place = make("div", "yours", {}, make("p", "quiet", { role: "status" }, say("loading")));
  let isChanged = false;
  const changed = () => {
    isChanged = true;
    toast(say("yours_saved"));
    void fill(place, profile, changed);
  };
  const { dialog } = openSheet(
    "yours", say("yours"),
    make("h2", "sheet-name", {}, say("yours")),
    make("p", "quiet", {}, say("yours_hint")),
    place,
  );
  dialog.addEventListener("close", () => {
    if (isChanged) go(addressWith({}));
  });
  void fill(place, profile, changed);
}

/** @param {HTMLElement} place @param {string} profile @param {() => void} changed */
async function fill(place, profile, changed) {
  try {
    const [taste, settings] = await Promise.all([fetchTaste(profile, spokenLanguage()), fetchProfile(profile)]);
    place.replaceChildren(
      drawWishes(profile, settings.preferences ?? {}, changed),
      drawTaste(profile, taste, changed),
      drawWays(place, profile),
    );
  } catch (error) {
    place.replaceChildren(make("p", "", {}, refusal(error)));
  }
}

/** What can't be done, in words. @param {unknown} error */
function refusal(error) {
  if (error instanceof Problem && [401, 403].includes(error.status)) return say("yours_closed");
  return error instanceof Problem && error.message ? error.message : say("trouble_0");
}

/** @param {() => Promise<unknown>} act @param {() => void} then */
async function done(act, then) {
  try {
    await act();
    then();
  } catch (error) {
    toast(refusal(error));
  }
}

/** @param {string} profile @param {Preferences} wishes @param {() => void} changed */
function drawWishes(profile, wishes, changed) {
  const set = (/** @type {Preferences} */ preferences) => done(() => changeProfile(profile, { preferences }), changed);
  const mine = make("input", "", { type: "checkbox", role: "switch", id: "personalised", "aria-describedby": "personalised-hint" });
  mine.checked = wishes.personalised ?? true;
  mine.addEventListener("change", () => void set({ personalised: mine.checked }));
  const bold = make("input", "slider", { type: "range", min: 0, max: 1, step: 0.25, id: "bold", value: wishes.adventurousness ?? 0.5 });
  bold.addEventListener("change", () => void set({ adventurousness: Number(bold.value) }));
  const parts = [
    make("div", "switch", {}, mine, make("div", "", {}, make("label", "", { for: "personalised" }, say("yours_personalised")), make("p", "quiet", { id: "personalised-hint" }, say("yours_personalised_hint")))),
    make("div", "range", {}, make("label", "", { for: "bold" }, say("yours_bold")), bold, make("div", "range-ends", { "aria-hidden": "true" }, make("span", "", {}, say("yours_familiar")), make("span", "", {}, say("yours_surprising")))),
  ];
  for (const name of /** @type {("muted_genres" | "muted_titles" | "hidden_rows")[]} */ (["muted_genres", "muted_titles", "hidden_rows"])) {
    const listed = wishes[name] ?? [];
    if (listed.length === 0) continue;
    const chips = listed.map((one) => {
      const shown = name === "hidden_rows" ? say(`row.${one}`) : one;
      return button("pill", { text: `${shown} ×`, label: say("yours_take_back", { what: shown }) }, () => void set({ [name]: listed.filter((other) => other !== one) }));
    });
    parts.push(make("div", "", {}, make("h3", "", {}, say(`yours_${name}`)), make("div", "pills", {}, ...chips)));
  }
  return make("section", "yours-part", {}, ...parts);
}

/** @param {string} profile @param {Taste} taste @param {() => void} changed */
function drawTaste(profile, { inferences, profiled }, changed) {
  const parts = [];
  for (const [kind, name] of Object.entries(KINDS)) {
    const mine = inferences.filter((one) => one.kind === kind);
    const shown = mine.filter((one, place) => place < MOST || one.corrected);
    if (shown.length === 0) continue;
    parts.push(make("h3", "", {}, say(`taste.${kind}`)), make("ul", "tastes", {}, ...shown.map((one) => drawInference(profile, name, one, changed))));
  }
  if (parts.length === 0) parts.push(make("p", "quiet", {}, say(profiled ? "yours_nothing" : "yours_not_profiled")));
  return make("section", "yours-part", { "aria-label": say("yours_taste") }, make("h2", "yours-name", {}, say("yours_taste")), ...parts);
}

/** @param {string} profile @param {string} kind @param {Inference} one @param {() => void} changed */
function drawInference(profile, kind, one, changed) {
  const set = (/** @type {number | null} */ value) => done(() => changeTaste(profile, { [kind]: { [one.term]: value } }), changed);
  const says = (/** @type {string} */ code) => say(code, { what: one.text });
  const acts = one.corrected
    ? [button("link", { text: say("yours_undo"), label: says("yours_undo_of") }, () => void set(null))]
    : [
        button("link", { text: say("yours_more"), label: says("yours_more_of") }, () => void set(1)),
        button("link", { text: say("yours_less"), label: says("yours_less_of") }, () => void set(-1)),
        button("link", { text: say("yours_mute"), label: says("yours_mute_of") }, () => void set(0)),
      ];
  const note = one.corrected ? make("span", "quiet", {}, say("yours_corrected")) : null;
  return make("li", "taste", {}, make("span", "taste-words", {}, one.text, " ", note), make("span", "taste-acts", {}, ...acts));
}

/** @param {HTMLElement} place @param {string} profile */
function drawWays(place, profile) {
  const close = () => place.closest("dialog")?.close();
  return make(
    "section", "yours-part", { "aria-label": say("yours_ways") },
    make("h2", "yours-name", {}, say("yours_ways")),
    drawWay("yours_data", () => done(async () => save(profile, await fetchData(profile)), () => undefined), false),
    drawWay("yours_again", () => done(() => startAgain(profile), () => {
      toast(say("yours_again_done"));
      close();
      go(addressWith({}));
    }), true),
    drawWay("yours_forget", () => done(() => forgetProfile(profile), () => {
      toast(say("yours_forget_done"));
      close();
      go(addressWith({ profile: null, personalised: null }));
    }), true),
  );
}

/** A way out; what can't be taken back is asked for twice. @param {string} code @param {() => void} act @param {boolean} isFinal */
function drawWay(code, act, isFinal) {
  const hint = make("p", "quiet", {}, say(`${code}_hint`));
  const first = button("pill", { text: say(code) }, () => {
    if (!isFinal) {
      act();
      return;
    }
    const sure = button("pill is-final", { text: say("yours_sure", { what: say(code) }) }, act);
    first.replaceWith(sure);
    sure.focus();
  });
  return make("div", "way", {}, first, hint);
}

/** @param {string} profile @param {unknown} told */
function save(profile, told) {
  const file = URL.createObjectURL(new Blob([JSON.stringify(told, null, 1)], { type: "application/json" }));
  const link = make("a", "", { href: file, download: `${profile}.json` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(file), 10_000);
}
