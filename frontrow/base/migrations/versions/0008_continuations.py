"""What was decided for the later answers of a page: further rows, further titles of a row."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    ids = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "continuation",
        sa.Column("page_id", ids, primary_key=True),
        sa.Column("answer", ids, primary_key=True),
        sa.Column("shard", sa.Integer, nullable=False),
        sa.Column("profile_id", ids, nullable=False),
        sa.Column("answered_at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
    )
    op.create_index("continuation_by_profile", "continuation", ["shard", "profile_id"])
