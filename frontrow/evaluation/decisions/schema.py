"""The columns of exported decisions: a promise to other tools, only ever added to."""

from __future__ import annotations

VERSION = 1

COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("kind", "VARCHAR", "what was chosen: `slot` (a drawn title), `artwork`, `evidence`, `swap`"),
    ("page", "VARCHAR", "names the page; choices of one page share it"),
    ("profile", "VARCHAR", "keyed hash of the profile, or its id with `--profile-ids`"),
    ("time", "TIMESTAMPTZ", "when the page was made"),
    ("row", "INTEGER", "row of the page, from 0"),
    (
        "column",
        "INTEGER",
        "column in the row, from 0; null: the whole row, or drawn and not placed",
    ),
    ("row_id", "VARCHAR", "the row's name in its page"),
    ("row_kind", "VARCHAR", "the row's kind"),
    ("title_id", "VARCHAR", "the title shown there; null: beyond what was asked for"),
    ("device", "VARCHAR", "of the request"),
    ("country", "VARCHAR", "of the request"),
    ("language", "VARCHAR", "of the request"),
    ("mode", "VARCHAR", "where the page's scores came from"),
    ("context", "JSON", "what else the policy looked at, as recorded"),
    ("candidates", "VARCHAR[]", "what could be drawn, those drawn before left out"),
    ("action", "VARCHAR", "what was drawn: work, image, reason's code, or `kept` / `swapped`"),
    ("draw", "INTEGER", "place in the order of draws of one row or one page, from 0"),
    ("drawn_before", "VARCHAR[]", "what was drawn before it in the same draw, in order"),
    ("probability", "DOUBLE", "of what was drawn, given what was drawn before; null: not recorded"),
    ("probabilities", "DOUBLE[]", "of every candidate, in their order, where recorded"),
    ("policy", "VARCHAR", "which policy drew, in which version"),
    ("arm", "VARCHAR", "which part of it: `explore`, `learned`, `floor`, `swap`"),
    ("bundle", "VARCHAR", "ranking in force"),
    ("snapshot", "BIGINT", "trends in force"),
    ("shown", "BOOLEAN", "an impression came, or something was done with it"),
    ("opened", "BOOLEAN", "clicked or started"),
    ("started", "BOOLEAN", "started by the viewer"),
    ("quality", "BOOLEAN", "started and not left early"),
    ("reward", "DOUBLE", "-1 to 1: what came of it is worth; 0 where nothing came"),
    ("censored", "BOOLEAN", "the attribution window is not over yet"),
)
"""(name, DuckDB's type, meaning)."""

KINDS = ("slot", "artwork", "evidence", "swap")
