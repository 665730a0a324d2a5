/**
 * The viewer app: the address says whose page, this module shows it.
 * @import { About } from "./types.js"
 */
import { fetchAbout, hearOfClosed, sendEvents } from "./api.js";
import { Attention } from "./attention.js";
import { showChooser } from "./chooser.js";
import { ServiceClock } from "./clock.js";
import { takeFromAddress } from "./credential.js";
import { showDoor } from "./door.js";
import { make } from "./elements.js";
import { Home } from "./home.js";
import { listenForArrows } from "./keyboard.js";
import { say, speak } from "./messages.js";
import { go, readPlace } from "./place.js";
import { openPlayer } from "./player.js";
import { EventQueue } from "./queue.js";
import { Search } from "./search.js";
import { Session } from "./session.js";
import { openTitle } from "./title_sheet.js";
import { toast } from "./toasts.js";
import { drawTop, drawWithout } from "./top.js";

/** @type {About} */
const NOTHING_KNOWN = { name: "Frontrow", invented: false, note: "", worth_looking_at: [], frozen_now: null };

let wasInTrouble = false;

/** Say it once when sending fails, and once when it works again. @param {boolean} isInTrouble */
function tellTrouble(isInTrouble) {
  if (isInTrouble !== wasInTrouble) toast(say(isInTrouble ? "offline" : "online"));
  wasInTrouble = isInTrouble;
}

const shared = {
  about: NOTHING_KNOWN,
  queue: new EventQueue(sendEvents, tellTrouble),
  clock: new ServiceClock(),
  attention: new Attention(),
  sessionId: crypto.randomUUID(),
};

/** @type {Home | null} */
let home = null;
/** @type {Search | null} */
let search = null;

function leave() {
  home?.leave();
  search?.leave();
  home = null;
  search = null;
}

function show() {
  if (isAtDoor) return;
  const place = readPlace();
  const { about } = shared;
  speak(place.language);
  leave();
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  document.documentElement.dataset.device = place.device;
  const content = /** @type {HTMLElement} */ (document.getElementById("content"));
  const session = new Session(place, shared);
  const pagePlace = make("div", "page");
  search = place.profile ? new Search(session, pagePlace) : null;
  drawTop(place, about, { made: () => home?.made(), yours: () => home?.yours() }, search?.form ?? null);
  window.scrollTo({ top: 0, behavior: "instant" });
  const service = about.name || "Frontrow";
  if (!place.profile) {
    document.title = say("chooser_title", { name: service });
    void showChooser(content, about, go);
    return;
  }
  shared.queue.hear(place.profile);
  document.title = say("home_title", { name: service, profile: place.profile });
  session.open = (placement) => openTitle(session, placement);
  session.play = (placement) => void openPlayer(session, placement);
  const parts = [drawWithout(place), search?.found ?? null, pagePlace];
  content.replaceChildren(...parts.filter((part) => part !== null));
  home = new Home(session, pagePlace);
  void home.start();
}

let isAtDoor = false;

/** Ask for a key in place of the page. @param {boolean} wasRefused */
function askForKey(wasRefused) {
  if (isAtDoor) return;
  isAtDoor = true;
  leave();
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  const content = /** @type {HTMLElement} */ (document.getElementById("content"));
  showDoor(content, wasRefused, () => {
    isAtDoor = false;
    show();
  });
}

/** Links within the app change the page in place, so that events that wait to be sent live on. */
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (!link || !isPlain || link.target || link.origin !== location.origin || link.pathname !== "/" || link.hash) return;
  event.preventDefault();
  go(link.href);
});
window.addEventListener("popstate", show);
window.addEventListener("scroll", () => {
  document.documentElement.classList.toggle("is-scrolled", window.scrollY > 20);
}, { passive: true });
listenForArrows();
takeFromAddress();
hearOfClosed(askForKey);
shared.about = await fetchAbout().catch(() => NOTHING_KNOWN);
show();
