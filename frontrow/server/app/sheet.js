/** Sheets: native dialogs that come up over the page, close by Esc, button or a click beside them. */
import { button, make } from "./elements.js";
import { say } from "./messages.js";

/**
 * @param {string} kind
 * @param {string} label for those who can't see it
 * @param {...(Node | null)} children
 */
export function openSheet(kind, label, ...children) {
  const body = make("div", "sheet-body", {}, ...children);
  const dialog = make("dialog", `sheet sheet-${kind}`, { "aria-label": label });
  const close = button("round sheet-close", { icon: "close", label: say("close") }, () => dialog.close());
  dialog.append(close, body, make("p", "said", { role: "status", "aria-live": "polite" }));
  const opener = document.activeElement;
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    // Its tile may have left the page meanwhile: then the first one takes its place.
    const back = opener?.isConnected ? opener : document.querySelector(".rows [data-stop]");
    if (back instanceof HTMLElement) back.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, body };
}
