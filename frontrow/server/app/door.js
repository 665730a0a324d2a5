/** The door of a closed service: a field for a key, kept for this tab. */
import { keepCredential } from "./credential.js";
import { make } from "./elements.js";
import { say } from "./messages.js";

/**
 * @param {HTMLElement} place
 * @param {boolean} wasRefused whether a key or token was shown and is not valid
 * @param {() => void} enter
 */
export function showDoor(place, wasRefused, enter) {
  const input = make("input", "field", {
    id: "key", type: "password", autocomplete: "off", autocapitalize: "off", spellcheck: "false",
    "aria-describedby": "key-hint", "aria-invalid": wasRefused ? "true" : null,
  });
  const hint = make("p", wasRefused ? "quiet is-wrong" : "quiet", { id: "key-hint", "aria-live": "polite" }, say(wasRefused ? "key_refused" : "key_hint"));
  const form = make(
    "form", "any", { novalidate: true },
    make("label", "", { for: "key" }, say("key")),
    make("div", "any-line", {}, input, make("button", "button is-main", { type: "submit" }, say("enter"))),
    hint,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (keepCredential(input.value.trim())) {
      enter();
      return;
    }
    hint.textContent = say("key_wrong");
    hint.classList.add("is-wrong");
    input.setAttribute("aria-invalid", "true");
    input.focus();
  });
  place.replaceChildren(make("div", "chooser", {}, make("h1", "", {}, say("closed")), make("p", "quiet", {}, say("closed_hint")), form));
  input.focus();
}
