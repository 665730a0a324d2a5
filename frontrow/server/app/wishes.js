/**
 * What a viewer wishes: whether and how boldly the page chooses, which rows it has, and what is never shown.
 * @import { Named, Preferences, Wishes } from "./types.js"
 * @import { Session } from "./session.js"
 */
import { changeProfile } from "./api.js";
import { button, make } from "./elements.js";
import { say } from "./messages.js";

/** Does something, and says what came of it. @typedef {(act: () => Promise<unknown>) => void} Doing */

/**
 * @param {Session} session @param {Set<string>} kinds of rows that the page has
 * @param {Preferences} preferences @param {Wishes} wishes @param {Doing} done
 */
export function drawWishes(session, kinds, preferences, wishes, done) {
  const profile = session.place.profile ?? "";
  const set = (/** @type {Preferences} */ changed) => done(() => changeProfile(profile, { preferences: changed }));
  const genres = preferences.muted_genres ?? [];
  const takeBack = (/** @type {Named} */ { title_id }) => done(() => session.shared.queue.deliver([
    // Whoever said "not for me" also said no to it, which only leaves with what was watched.
    session.about("forget_title", { title_id }), session.about("undismiss", { title_id, scope: "title" }),
  ]));
  return make(
    "section", "yours-part", {},
    drawSwitch(preferences, set),
    drawSlider(preferences, set),
    drawRows(kinds, preferences, set),
    drawPills("yours_muted_genres", genres.map((name) => ({ title_id: name, name })), (one) => set({ muted_genres: without(genres, one.title_id) })),
    drawPills("yours_muted_titles", wishes.muted, (one) => set({ muted_titles: without(preferences.muted_titles ?? [], one.title_id) })),
    drawPills("yours_dismissed", wishes.dismissed, takeBack),
  );
}

/** @param {string[]} all @param {string} one */
const without = (all, one) => all.filter((other) => other !== one);

/** @param {Preferences} preferences @param {(changed: Preferences) => void} set */
function drawSwitch(preferences, set) {
  const mine = make("input", "", { type: "checkbox", role: "switch", id: "personalised", "aria-describedby": "personalised-hint" });
  mine.checked = preferences.personalised ?? true;
  mine.addEventListener("change", () => set({ personalised: mine.checked }));
  return make("div", "switch", {}, mine, make("div", "", {}, make("label", "", { for: "personalised" }, say("yours_personalised")), make("p", "quiet", { id: "personalised-hint" }, say("yours_personalised_hint"))));
}

/** @param {Preferences} preferences @param {(changed: Preferences) => void} set */
function drawSlider(preferences, set) {
  const bold = make("input", "slider", { type: "range", min: 0, max: 1, step: 0.25, id: "bold", value: preferences.adventurousness ?? 0.5 });
  bold.addEventListener("change", () => set({ adventurousness: Number(bold.value) }));
  return make("div", "range", {}, make("label", "", { for: "bold" }, say("yours_bold")), bold, make("div", "range-ends", { "aria-hidden": "true" }, make("span", "", {}, say("yours_familiar")), make("span", "", {}, say("yours_surprising"))));
}

/** The kinds of rows, hidden ones too; a kind that was named once stays while one looks. @param {Set<string>} kinds @param {Preferences} preferences @param {(changed: Preferences) => void} set */
function drawRows(kinds, preferences, set) {
  const { hidden_rows: hidden = [], pinned_rows: pinned = [] } = preferences;
  for (const kind of [...pinned, ...hidden]) kinds.add(kind);
  const lines = [...kinds].map((kind) => {
    const what = say(`row.${kind}`);
    const act = (/** @type {string} */ code, /** @type {Preferences} */ changed) =>
      button("link", { text: say(code), label: say(`${code}_of`, { what }) }, () => set(changed));
    const isHidden = hidden.includes(kind);
    const place = pinned.includes(kind)
      ? act("yours_unpin", { pinned_rows: without(pinned, kind) })
      : act("yours_pin", { pinned_rows: [...pinned, kind] });
    const acts = isHidden
      ? [act("yours_show", { hidden_rows: without(hidden, kind) })]
      : [place, act("yours_hide", { hidden_rows: [...hidden, kind] })];
    return make("li", isHidden ? "wish is-hidden" : "wish", {}, make("span", "taste-words", {}, what), make("span", "taste-acts", {}, ...acts));
  });
  return make("details", "", {}, make("summary", "yours-name", {}, say("yours_rows")), make("ul", "tastes", {}, ...lines));
}

/** What isn't shown, each with a way back. @param {string} code @param {Named[]} all @param {(one: Named) => void} takeBack */
function drawPills(code, all, takeBack) {
  if (all.length === 0) return null;
  const pills = all.map((one) => button("pill", { text: `${one.name} ×`, label: say("yours_take_back", { what: one.name }) }, () => takeBack(one)));
  const hint = code === "yours_dismissed" ? make("p", "quiet", {}, say("yours_dismissed_hint")) : null;
  return make("div", "", {}, make("h3", "", {}, say(code)), hint, make("div", "pills", {}, ...pills));
}
