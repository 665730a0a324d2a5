/**
 * The shapes of the API that this app reads, for the type checker and the reader; nothing runs here.
 *
 * @typedef {{title_id: string, season?: number, episode?: number,
 *   position_seconds: number, fraction: number}} Resume
 * @typedef {{artwork_id: string, url: string}} TileArtwork
 * @typedef {{code: string, text: string, evidence?: Record<string, unknown>}} TileReason
 * @typedef {{title_id: string, name: string, token: string, explore: boolean,
 *   artwork: TileArtwork | null, reason: TileReason, resume: Resume | null}} Tile
 * @typedef {{code: string, text: string}} RowReason
 * @typedef {{row_id: string, kind: string, title: string, reason: RowReason,
 *   tiles: Tile[], more: boolean}} Row
 * @typedef {{page_id: string, profile_id: string, generated_at: string, mode: string,
 *   bundle: string | null, snapshot: number | null, seed: number,
 *   rows: Row[], more: boolean}} Page
 * @typedef {{title_id: string, kind: string, name: string, names?: Record<string, string>,
 *   synopsis?: string, release_year?: number, release_date?: string, runtime_minutes?: number,
 *   genres?: string[], people?: {name: string, role: string}[], original_language?: string,
 *   audio_languages?: string[], subtitle_languages?: string[], maturity?: number,
 *   kids?: boolean, season?: number, episode?: number}} Title
 * What a search found.
 * @typedef {{tiles: Tile[], people: {name: string, roles: string[], titles: number}[],
 *   genres: {genre: string, name: string, titles: number}[]}} Found
 * @typedef {{name: string, invented: boolean, note: string, worth_looking_at: string[],
 *   frozen_now: string | null}} About
 *
 * Where a tile stood when it was shown; events copy it, so that outcomes find their tile again.
 * @typedef {{tile: Tile, row: Row | null, page_id: string | null, position: number}} Placement
 *
 * What the address says.
 * @typedef {{profile: string | null, language: string, personalised: boolean,
 *   device: string, country: string | null}} Place
 *
 * What was inferred of a viewer, or said by them instead; `term` is its name in a correction.
 * @typedef {{kind: string, name: string, term: string, text: string, affinity: number,
 *   corrected?: boolean}} Inference
 * @typedef {{inferences: Inference[], profiled: boolean}} Taste
 * @typedef {{personalised?: boolean, adventurousness?: number, muted_genres?: string[],
 *   muted_titles?: string[], hidden_rows?: string[], pinned_rows?: string[]}} Preferences
 * What was said of titles: `muted` and `dismissed` are shown no more.
 * @typedef {{title_id: string, name: string}} Named
 * @typedef {{listed: Named[], dismissed: Named[], muted: Named[]}} Wishes
 *
 * @typedef {Record<string, unknown> & {event_id: string, type: string}} ViewerEvent
 */
export {};
