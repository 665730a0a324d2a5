/**
 * "How this page was made": what went into it, what was left to chance, and the viewer's switches.
 * @import { Page } from "./types.js"
 * @import { Session } from "./session.js"
 */
import { fetchTransparency } from "./api.js";
import { make } from "./elements.js";
import { inWords, say, spokenLanguage } from "./messages.js";
import { addressWith, go } from "./place.js";
import { openSheet } from "./sheet.js";
import { drawLanguages } from "./top.js";

/** Enough of a bundle's name to tell it from others. */
const SHORT = 12;

/** Headings -> what transparency tells under each. @type {Record<string, string[]>} */
const TOLD = {
  ranking: ["ranking"], interests: ["interests"], spread: ["spread"], exploration: ["exploration", "trials", "places"],
  artwork: ["artwork"], searching: ["searching"], operator: ["operator"], never_used: ["never_used"],
};

/** @param {Session} session @param {Page} page */
export function drawMade(session, page) {
  const facts = make("dl", "facts");
  const { frozen_now: frozen } = session.shared.about;
  const lines = [
    [say("made_mode"), say(`mode.${page.mode}`)],
    [say("made_at"), inWords(page.generated_at)],
    [say("bundle"), page.bundle?.slice(0, SHORT) ?? say("none")],
    [say("snapshot"), page.snapshot === null ? say("none") : String(page.snapshot)],
    [say("seed"), String(page.seed)],
  ];
  for (const [name, value] of lines) {
    facts.append(make("div", "", {}, make("dt", "", {}, name ?? ""), make("dd", "", {}, value ?? "")));
  }
  const plain = make("div", "plain");
  void fillPlain(plain);
  openSheet(
    "made", say("made"),
    make("h2", "sheet-name", {}, say("made")),
    facts,
    frozen ? make("p", "quiet", {}, say("frozen", { time: inWords(frozen) })) : null,
    drawSwitch(session),
    make("div", "choice", {}, make("span", "", {}, say("language")), drawLanguages(session.place)),
    plain,
    make("p", "", {}, make("a", "link", { href: "/v1/transparency", target: "_blank", rel: "noopener" }, say("transparency"))),
  );
}

/** @param {Session} session */
function drawSwitch(session) {
  const box = make("input", "", { type: "checkbox", role: "switch", id: "without", "aria-describedby": "without-hint" });
  box.checked = !session.place.personalised;
  box.addEventListener("change", () => {
    box.closest("dialog")?.close();
    go(addressWith({ personalised: box.checked ? "false" : null }));
  });
  return make(
    "div", "switch", {}, box,
    make("div", "", {}, make("label", "", { for: "without" }, say("without")), make("p", "quiet", { id: "without-hint" }, say("without_hint"))),
  );
}

/** @param {HTMLElement} place */
async function fillPlain(place) {
  const told = await fetchTransparency(spokenLanguage()).catch(() => null);
  for (const [code, parts] of Object.entries(TOLD)) {
    const texts = parts.flatMap((part) => told?.[part] ?? []);
    if (texts.length > 0) place.append(make("h3", "", {}, say(code)), ...texts.map((text) => make("p", "", {}, String(text))));
  }
}
