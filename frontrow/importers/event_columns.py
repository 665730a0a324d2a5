"""Usual column names of event files, and the words in which they write an event's type."""

from __future__ import annotations

from frontrow.events import EVENT_TYPES

EVENT_COLUMNS: dict[str, tuple[str, ...]] = {
    "event_id": ("event_id", "event_uuid", "uuid"),
    "profile_id": (
        *("profile_id", "user_id", "userid", "user", "viewer_id", "viewer", "uid", "profile"),
        *("member_id", "subscriber_id", "account_id", "customer_id", "visitor_id"),
    ),
    "title_id": (
        *("title_id", "item_id", "itemid", "movie_id", "movieid", "item", "movie", "video_id"),
        *("content_id", "show_id", "asset_id", "program_id", "programme_id", "product_id"),
        *("title",),
    ),
    "type": (
        *("type", "event_type", "event", "event_name", "action", "interaction"),
        *("interaction_type", "behavior", "behaviour"),
    ),
    "time": (
        *("time", "timestamp", "event_time", "time_ms", "ts", "datetime", "date_time", "unixtime"),
        *("occurred_at", "created_at", "watched_at", "rated_at", "start_time", "started_at"),
        *("date", "t", "last_watch_dt"),
    ),
    "value": ("value", "rating", "score", "stars"),
    "scale_min": ("scale_min",),
    "scale_max": ("scale_max",),
    "seconds_watched": (
        *("seconds_watched", "watch_seconds", "watched_seconds", "watch_time", "play_seconds"),
        *("watched", "total_dur", "watch_duration", "seconds", "play_duration", "dwell_time"),
    ),
    "milliseconds_watched": ("milliseconds_watched", "play_time_ms", "watch_time_ms"),
    "minutes_watched": ("minutes_watched", "watch_minutes", "watched_minutes"),
    "position_seconds": ("position_seconds", "bookmark", "playhead", "playhead_seconds"),
    "runtime_seconds": ("runtime_seconds", "video_duration", "duration_seconds"),
    "position": ("position", "slot"),
    "artwork_id": ("artwork_id",),
    "page_id": ("page_id",),
    "row_id": ("row_id",),
    "token": ("token",),
    "scope": ("scope",),
    "autoplay": ("autoplay", "autoplayed", "is_autoplay"),
    "query": ("query", "search_query", "search_term"),
    "device": ("device", "device_type"),
    "session_id": ("session_id", "session"),
}
"""Field of an event -> usual column names, the surest first."""

EVENT_WORDS: dict[str, str | tuple[str, float]] = {
    **{name: name for name in EVENT_TYPES},
    **dict.fromkeys(("view", "watch", "viewed", "watched", "start", "started", "stream"), "play"),
    **dict.fromkeys(("played", "playback_start", "video_start", "start_play"), "play"),
    **dict.fromkeys(("finish", "finished", "completed", "playback_complete", "ended"), "complete"),
    **dict.fromkeys(("end", "stopped", "playback_stop", "video_stop", "exit"), "stop"),
    **dict.fromkeys(("paused",), "pause"),
    **dict.fromkeys(("resumed",), "resume"),
    **dict.fromkeys(("heartbeat", "ping", "progressed"), "progress"),
    **dict.fromkeys(("exposure", "show", "shown", "display", "impressed"), "impression"),
    **dict.fromkeys(("open", "opened", "clicked", "details", "detail"), "click"),
    **dict.fromkeys(("rating", "rated", "review", "score"), "rate"),
    **dict.fromkeys(("bookmark", "add_to_list", "wishlist", "add_to_watchlist"), "list_add"),
    **dict.fromkeys(("watchlist_add", "favorite", "favourite", "save"), "list_add"),
    **dict.fromkeys(("remove_from_list", "unbookmark", "watchlist_remove"), "list_remove"),
    **dict.fromkeys(("not_interested", "hide", "dismissed"), "dismiss"),
    **dict.fromkeys(("searched", "query"), "search"),
    **dict.fromkeys(("like", "liked", "thumbs_up", "upvote"), ("rate", 1.0)),
    **dict.fromkeys(("love", "loved", "two_thumbs_up"), ("rate", 2.0)),
    **dict.fromkeys(("dislike", "disliked", "thumbs_down", "downvote"), ("rate", -1.0)),
}
"""Words for a type; a few say the rating too."""
