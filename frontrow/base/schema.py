"""The tables of a home, all in one place. `frontrow.base.migrations` makes and changes them.

Who owns what: `title_revision` the catalogue; `profile`, `event`, `forgotten` the log; `checkpoint` the
folds; `rules` the operator's rules; `decision` and `continuation` the page; `api_key` the server's gate.
`digest` and `chain` tell whether a row is as it was written: `frontrow.base.digests`,
`frontrow.events.chain`. On PostgreSQL `event` stands in partitions, with tables beside it that only the
log knows (docs/postgresql.md).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

# SQLite numbers rows itself only for a column that is literally INTEGER.
_serial = BigInteger().with_variant(Integer, "sqlite")


def _digest() -> Column[bytes]:
    """Of the row's other columns, in their order."""
    return Column("digest", LargeBinary, nullable=False)


title_revision = Table(
    "title_revision",
    metadata,
    Column("revision", BigInteger, primary_key=True),
    Column("title_id", Text, primary_key=True),
    Column("arrival", BigInteger, nullable=False),  # order in which title ids first came
    Column("first_at", BigInteger, nullable=False),  # when this title id first came, us
    Column("changed_at", BigInteger, nullable=False),  # when this revision came, us
    Column("body", LargeBinary),  # the title as JSON; null: withdrawn
    _digest(),
)
Index("title_revision_by_title", title_revision.c.title_id, title_revision.c.revision)

profile = Table(
    "profile",
    metadata,
    Column("profile_id", Text, primary_key=True),
    Column("shard", Integer, nullable=False),
    Column("incarnation", Text, nullable=False),  # changes when a forgotten profile comes again
    Column("last_number", BigInteger, nullable=False),  # events so far, without a gap
    Column("first_at", BigInteger, nullable=False),
    Column("last_chain", LargeBinary, nullable=False),  # the chain of its last event
)

event = Table(
    "event",
    metadata,
    Column("seq", _serial, primary_key=True, autoincrement=True),
    Column("shard", Integer, nullable=False),
    Column("profile_id", Text, nullable=False),
    Column("number", BigInteger, nullable=False),  # gapless within the profile
    Column("event_id", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("time", BigInteger, nullable=False),  # the client's, us
    Column("received_at", BigInteger, nullable=False),  # ours, us
    Column("body", LargeBinary, nullable=False),  # the remaining fields as JSON
    Column("chain", LargeBinary, nullable=False),  # hash of this and every event before
    UniqueConstraint("profile_id", "event_id"),
    UniqueConstraint("shard", "profile_id", "number"),
    sqlite_autoincrement=True,
)

forgotten = Table(
    "forgotten",
    metadata,
    Column("key", LargeBinary, primary_key=True),  # keyed hash of the profile id, never the id
    Column("generation", BigInteger, nullable=False),
    _digest(),
)

rules = Table(
    "rules",
    metadata,
    Column("revision", BigInteger, primary_key=True),
    Column("at_us", BigInteger, nullable=False),  # when it was set
    Column("author", Text),  # who set it, where that was said
    Column("body", LargeBinary, nullable=False),  # the whole document as JSON
    _digest(),
)

decision = Table(
    "decision",
    metadata,
    Column("page_id", Text, primary_key=True),
    Column("shard", Integer, nullable=False),
    Column("profile_id", Text, nullable=False),
    Column("generated_at", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    _digest(),
)
Index("decision_by_profile", decision.c.shard, decision.c.profile_id)

continuation = Table(
    "continuation",
    metadata,
    Column("page_id", Text, primary_key=True),  # of the page that went on
    Column(
        "answer", Text, primary_key=True
    ),  # names what was decided: the same again is the same row
    Column("shard", Integer, nullable=False),
    Column("profile_id", Text, nullable=False),
    Column("answered_at", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    _digest(),
)
Index("continuation_by_profile", continuation.c.shard, continuation.c.profile_id)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("profile_id", Text, primary_key=True),
    Column("incarnation", Text, nullable=False),
    Column("number", BigInteger, nullable=False),  # events that are folded in
    Column("fold", Text, nullable=False),  # names the code that folded them
    Column("revision", BigInteger, nullable=False),  # of the catalogue that was then
    Column("body", LargeBinary, nullable=False),
    _digest(),
)

api_key = Table(
    "api_key",
    metadata,
    Column("key_id", Text, primary_key=True),  # public; names the key in lists and logs
    Column("name", Text, nullable=False),
    Column("scopes", Text, nullable=False),  # words
    Column("hashed", LargeBinary, nullable=False),  # keyed: the key's text, scopes and end
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("revoked_at", BigInteger),
    _digest(),
)
