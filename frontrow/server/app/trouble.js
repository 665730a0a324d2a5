/** What went wrong, for the viewer, with a way on. */
import { Problem } from "./api.js";
import { button, make } from "./elements.js";
import { say } from "./messages.js";

/** @param {unknown} error */
export function inWords(error) {
  const isProblem = error instanceof Problem;
  if (!isProblem) console.error(error); // not the service's: a mistake in this app
  return isProblem && error.status !== 0 && error.message ? error.message : say("trouble_0");
}

/** @param {unknown} error @param {() => void} retry */
export function drawTrouble(error, retry) {
  return make(
    "div", "lonely", { role: "alert" },
    make("h1", "", {}, say("trouble")),
    make("p", "", {}, inWords(error)),
    button("button is-main", { icon: "again", text: say("retry") }, retry),
  );
}
