/**
 * The calls of the HTTP API that the app makes.
 * @import { About, Found, Page, Place, Preferences, Row, Taste, Tile, Title, ViewerEvent, Wishes } from "./types.js"
 */

import { credential, dropCredential } from "./credential.js";

/** What the service answered instead of what was asked; status 0: it didn't answer. */
export class Problem extends Error {
  /** @param {number} status @param {string} detail */
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/** Hears that the service lets nobody in without a key, or not with this one. */
let onClosed = (/** @type {boolean} */ _wasRefused) => {};

/** @param {(wasRefused: boolean) => void} hear */
export function hearOfClosed(hear) {
  onClosed = hear;
}

/**
 * @param {string} path
 * @param {Record<string, string | number | boolean | null>} [query] null: left out
 * @param {RequestInit} [init]
 * @returns {Promise<any>}
 */
async function ask(path, query = {}, init = {}) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null) parameters.set(name, String(value));
  }
  const address = parameters.size ? `${path}?${parameters}` : path;
  const shown = credential();
  const headers = new Headers(init.headers);
  if (shown) headers.set("authorization", `Bearer ${shown}`);
  let answer;
  try {
    answer = await fetch(address, { ...init, headers, credentials: "omit" });
  } catch {
    throw new Problem(0, "");
  }
  const body = await answer.json().catch(() => null);
  // Of several calls that come back at once only the first speaks: the credential is gone by then.
  if (answer.status === 401 && credential() === shown) onClosed(dropCredential());
  if (!answer.ok) throw new Problem(answer.status, body?.detail ?? body?.title ?? "");
  return body;
}

/** @param {string} id */
const segment = (id) => encodeURIComponent(id);

/** @returns {Promise<About>} */
export const fetchAbout = () => ask("/app/about.json");

/** @returns {Promise<{profiles: {profile_id: string}[], next?: string | null}>} */
export const fetchProfiles = (after = "") => ask("/v1/profiles", { after: after || null });

/**
 * @param {string} profileId @param {string} language of the words
 * @returns {Promise<Taste>}
 */
export const fetchTaste = (profileId, language) =>
  ask(`/v1/profiles/${segment(profileId)}/taste`, { language });

/**
 * @param {Place} place
 * @param {{rows: number, columns: number}} size
 * @returns {Promise<Page>}
 */
export const fetchPage = (place, size) =>
  ask(`/v1/profiles/${segment(place.profile ?? "")}/page`, {
    device: place.device,
    language: place.language,
    country: place.country,
    personalised: place.personalised ? null : false,
    ...size,
  });

/**
 * @param {string} pageId @param {string} afterRow
 * @returns {Promise<{rows: Row[], more: boolean}>}
 */
export const fetchMore = (pageId, afterRow, rows = 6) =>
  ask(`/v1/pages/${segment(pageId)}/more`, { after_row: afterRow, rows });

/**
 * @param {string} pageId @param {string} rowId @param {number} offset @param {number} columns
 * @returns {Promise<{tiles: Tile[], more: boolean}>}
 */
export const fetchTiles = (pageId, rowId, offset, columns) =>
  ask(`/v1/pages/${segment(pageId)}/rows/${segment(rowId)}`, { offset, columns });

/** @type {Map<string, Promise<Title>>} */
const titles = new Map();

/**
 * A title as stored; asked for once, for what the app shows of it doesn't change while one looks.
 * @param {string} titleId
 */
export function fetchTitle(titleId) {
  let title = titles.get(titleId);
  if (!title) {
    title = /** @type {Promise<Title>} */ (ask(`/v1/titles/${segment(titleId)}`));
    titles.set(titleId, title);
    title.catch(() => titles.delete(titleId));
  }
  return title;
}

/**
 * @param {string} titleId @param {Place} place
 * @returns {Promise<{tiles: Tile[]}>}
 */
export const fetchSimilar = (titleId, place) =>
  ask(`/v1/titles/${segment(titleId)}/similar`, {
    profile_id: place.profile,
    device: place.device,
    language: place.language,
    country: place.country,
    personalised: place.personalised ? null : false,
    columns: 12,
  });

/**
 * What matches as typed so far.
 * @param {Place} place @param {string} query @param {number} columns @param {AbortSignal} signal
 * @returns {Promise<Found>}
 */
export const fetchFound = (place, query, columns, signal) =>
  ask(`/v1/profiles/${segment(place.profile ?? "")}/search`, {
    q: query,
    device: place.device,
    language: place.language,
    country: place.country,
    personalised: place.personalised ? null : false,
    columns,
  }, { signal });

/** @param {string} language @returns {Promise<Record<string, any>>} */
export const fetchTransparency = (language) => ask("/v1/transparency", { language });

/** @param {string} profileId @returns {Promise<{preferences?: Preferences}>} */
export const fetchProfile = (profileId) => ask(`/v1/profiles/${segment(profileId)}`);

/** @param {Place} place @returns {Promise<{tiles: Tile[]}>} */
export const fetchStarter = (place) =>
  ask(`/v1/profiles/${segment(place.profile ?? "")}/starter`, {
    device: place.device,
    language: place.language,
    country: place.country,
  });

/** @param {string} profileId @param {string} language of the names @returns {Promise<Wishes>} */
export const fetchWishes = (profileId, language) =>
  ask(`/v1/profiles/${segment(profileId)}/wishes`, { language });

/** @param {string} method @param {unknown} body @returns {RequestInit} */
const sending = (method, body) => ({
  method,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** @param {string} profileId @param {{preferences: Preferences}} patch */
export const changeProfile = (profileId, patch) =>
  ask(`/v1/profiles/${segment(profileId)}`, {}, sending("PATCH", patch));

/** @param {string} profileId @param {Record<string, Record<string, number | null>>} patch */
export const changeTaste = (profileId, patch) =>
  ask(`/v1/profiles/${segment(profileId)}/taste`, {}, sending("PATCH", patch));

/** @param {string} profileId @returns {Promise<unknown>} */
export const fetchData = (profileId) => ask(`/v1/profiles/${segment(profileId)}/data`);

/** @param {string} profileId */
export const startAgain = (profileId) =>
  ask(`/v1/profiles/${segment(profileId)}/reset`, {}, { method: "POST" });

/** @param {string} profileId */
export const forgetProfile = (profileId) =>
  ask(`/v1/profiles/${segment(profileId)}`, {}, { method: "DELETE" });

/**
 * Send events. `keepalive` lets the last ones leave with a closing tab.
 * @param {ViewerEvent[]} events
 * @returns {Promise<{rejected?: {event_id?: string, error: string}[]}>}
 */
export const sendEvents = (events) =>
  ask("/v1/events", {}, {
    method: "POST",
    keepalive: true,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ events }),
  });
