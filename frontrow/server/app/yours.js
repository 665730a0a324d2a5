/**
 * "Your page, your say": what was inferred of the viewer, each with a word against it, the viewer's wishes,
 * and the ways out: start again, take the data along, be forgotten. What is changed here holds at once.
 * @import { Inference, Page, Preferences, Taste } from "./types.js"
 * @import { Session } from "./session.js"
 */
import { changeProfile, changeTaste, fetchData, fetchProfile, fetchTaste, fetchWishes, forgetProfile, Problem, startAgain } from "./api.js";
import { button, make } from "./elements.js";
import { say, spokenLanguage } from "./messages.js";
import { addressWith, go } from "./place.js";
import { openSheet } from "./sheet.js";
import { openStarter } from "./starter.js";
import { toast } from "./toasts.js";
import { drawWishes } from "./wishes.js";

/** Kinds of inferences in the order in which they are shown -> their name in a correction. */
const KINDS = /** @type {Record<string, string>} */ ({
  genre: "genres", theme: "themes", person: "people", genre_at: "genres_at", daypart: "dayparts", era: "eras",
  runtime: "runtimes", kind: "kinds", language: "languages", artwork: "artwork",
});
const MOST = 8;
const STOPS = "button, input, summary";

/** @param {Session} session @param {Page | null} page as it is shown */
export function drawYours(session, page) {
  const kinds = new Set((page?.rows ?? []).map((row) => row.kind));
  const place = make("div", "yours", {}, make("p", "quiet", { role: "status" }, say("loading")));
  let isChanged = false;
  const changed = () => {
    isChanged = true;
    toast(say("yours_saved"));
    void fill(place, session, kinds, changed);
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
  void fill(place, session, kinds, changed);
}

/** @param {HTMLElement} place @param {Session} session @param {Set<string>} kinds of rows @param {() => void} changed */
async function fill(place, session, kinds, changed) {
  const profile = session.place.profile ?? "";
  try {
    const [taste, wishes, { preferences = {} }] = await Promise.all([
      fetchTaste(profile, spokenLanguage()), fetchWishes(profile, spokenLanguage()), fetchProfile(profile),
    ]);
    const isOpen = place.querySelector("details")?.open ?? false;
    const at = [...place.querySelectorAll(STOPS)].indexOf(/** @type {Element} */ (document.activeElement));
    place.replaceChildren(
      drawWishes(session, kinds, preferences, wishes, (act) => void done(act, changed)),
      drawTaste(session, taste, preferences, changed),
      drawWays(place, session),
    );
    const rows = place.querySelector("details");
    if (rows) rows.open = isOpen; // drawn anew under whoever had opened it, and under the focus
    const stops = /** @type {NodeListOf<HTMLElement>} */ (place.querySelectorAll(STOPS));
    if (at >= 0) stops[Math.min(at, stops.length - 1)]?.focus({ preventScroll: true });
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

/** @param {Session} session @param {Taste} taste @param {Preferences} preferences @param {() => void} changed */
function drawTaste(session, { inferences, profiled }, { muted_genres: muted = [] }, changed) {
  const profile = session.place.profile ?? "";
  const never = (/** @type {Inference} */ { name }) => done(() => changeProfile(profile, { preferences: { muted_genres: [...muted, name] } }), changed);
  const parts = [];
  for (const [kind, name] of Object.entries(KINDS)) {
    const mine = inferences.filter((one) => one.kind === kind);
    const shown = mine.filter((one, place) => place < MOST || one.corrected);
    if (shown.length === 0) continue;
    parts.push(make("h3", "", {}, say(`taste.${kind}`)), make("ul", "tastes", {}, ...shown.map((one) => drawInference(profile, name, one, changed, kind === "genre" && !muted.includes(one.name) ? () => void never(one) : null))));
  }
  if (parts.length === 0) parts.push(make("p", "quiet", {}, say(profiled ? "yours_nothing" : "yours_not_profiled")));
  if (inferences.length === 0 && profiled) {
    const pick = button("pill", { text: say("yours_pick") }, () => openStarter(session, changed));
    parts.push(make("div", "way", {}, pick));
  }
  return make("section", "yours-part", { "aria-label": say("yours_taste") }, make("h2", "yours-name", {}, say("yours_taste")), ...parts);
}

/** @param {string} profile @param {string} kind @param {Inference} one @param {() => void} changed @param {(() => void) | null} never */
function drawInference(profile, kind, one, changed, never) {
  const set = (/** @type {number | null} */ value) => done(() => changeTaste(profile, { [kind]: { [one.term]: value } }), changed);
  const says = (/** @type {string} */ code) => say(code, { what: one.text });
  const acts = one.corrected
    ? [button("link", { text: say("yours_undo"), label: says("yours_undo_of") }, () => void set(null))]
    : [
        // When one watches is a share of time: it is so or it isn't.
        ...(kind === "dayparts" ? [] : [
          button("link", { text: say("yours_more"), label: says("yours_more_of") }, () => void set(1)),
          button("link", { text: say("yours_less"), label: says("yours_less_of") }, () => void set(-1)),
        ]),
        button("link", { text: say("yours_mute"), label: says("yours_mute_of") }, () => void set(0)),
      ];
  if (never) acts.push(button("link", { text: say("yours_never"), label: say("yours_never_of", { what: one.name }) }, never));
  const note = one.corrected ? make("span", "quiet", {}, say("yours_corrected")) : null;
  return make("li", "taste", {}, make("span", "taste-words", {}, one.text, " ", note), make("span", "taste-acts", {}, ...acts));
}

/** @param {HTMLElement} place @param {Session} session */
function drawWays(place, session) {
  const profile = session.place.profile ?? "";
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
    drawWay("yours_forget", () => done(() => forget(session, profile), () => {
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

/** Nothing that waits to be sent may bring a profile back that is gone. @param {Session} session @param {string} profile */
async function forget({ shared }, profile) {
  await shared.queue.silence(profile);
  try {
    await forgetProfile(profile);
  } catch (error) {
    shared.queue.hear(profile);
    throw error;
  }
}
