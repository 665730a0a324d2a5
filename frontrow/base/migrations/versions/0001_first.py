"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_serial = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "title_revision",
        sa.Column("revision", sa.BigInteger, primary_key=True),
        sa.Column("title_id", sa.Text, primary_key=True),
        sa.Column("arrival", sa.BigInteger, nullable=False),
        sa.Column("first_at", sa.BigInteger, nullable=False),
        sa.Column("changed_at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary),
    )
    op.create_index("title_revision_by_title", "title_revision", ["title_id", "revision"])
    op.create_table(
        "profile",
        sa.Column("profile_id", sa.Text, primary_key=True),
        sa.Column("shard", sa.Integer, nullable=False),
        sa.Column("incarnation", sa.Text, nullable=False),
        sa.Column("last_number", sa.BigInteger, nullable=False),
        sa.Column("first_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "event",
        sa.Column("seq", _serial, primary_key=True, autoincrement=True),
        sa.Column("shard", sa.Integer, nullable=False),
        sa.Column("profile_id", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("profile_id", "event_id"),
        sa.UniqueConstraint("shard", "profile_id", "number"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "forgotten",
        sa.Column("key", sa.LargeBinary, primary_key=True),
        sa.Column("generation", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "decision",
        sa.Column("page_id", sa.Text, primary_key=True),
        sa.Column("shard", sa.Integer, nullable=False),
        sa.Column("profile_id", sa.Text, nullable=False),
        sa.Column("generated_at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("decision_by_profile", "decision", ["shard", "profile_id"])
