/**
 * The key or device's token with which this tab calls a closed service. It is kept for this tab only
 * and leaves it in no cookie, so that no other site can make use of it.
 */
const PLACE = "frontrow.credential";
const SPELLING = /^f[kd]_[A-Za-z0-9_-]{1,500}$/;

/** @returns {string | null} */
export const credential = () => sessionStorage.getItem(PLACE);

/** Whether it is a device's token, which opens a profile's page and nothing else of it. */
export const isOfDevice = () => credential()?.startsWith("fd_") ?? false;

/** Keep what looks like a key or a token; whether it does. @param {string} text */
export function keepCredential(text) {
  if (!SPELLING.test(text)) return false;
  sessionStorage.setItem(PLACE, text);
  return true;
}

/** Forget it; whether there was one. */
export function dropCredential() {
  const was = credential() !== null;
  sessionStorage.removeItem(PLACE);
  return was;
}

/**
 * Take a token out of the address (`/?profile=anna#token=…`), where an operator's program may have put
 * it: a browser sends what stands behind `#` to nobody, and it does not stay in the history.
 */
export function takeFromAddress() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given === null) return;
  keepCredential(given);
  history.replaceState(history.state, "", location.pathname + location.search);
}
