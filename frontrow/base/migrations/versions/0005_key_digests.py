"""A key's row can be told from a damaged one, as the others: by a digest."""

from hashlib import blake2b

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_COLUMNS = "key_id, name, scopes, hashed, created_at, expires_at, revoked_at"


def upgrade() -> None:
    connection = op.get_bind()
    empty = sa.text("x''" if connection.dialect.name == "sqlite" else "''::bytea")
    op.add_column(
        "api_key", sa.Column("digest", sa.LargeBinary, nullable=False, server_default=empty)
    )
    update = sa.text("UPDATE api_key SET digest = :digest WHERE key_id = :key_id")
    for row in connection.execute(sa.text(f"SELECT {_COLUMNS} FROM api_key")).fetchall():
        connection.execute(update, {"digest": _digest(tuple(row)), "key_id": row[0]})


def _digest(values: tuple[object, ...]) -> bytes:
    """As in 0003."""
    hasher = blake2b(digest_size=16, person=b"api_key")
    for value in values:
        if value is None:
            hasher.update(b"n0:")
            continue
        kind = b"b" if isinstance(value, bytes) else b"i" if isinstance(value, int) else b"t"
        part = value if isinstance(value, bytes) else str(value).encode()
        hasher.update(b"%b%d:" % (kind, len(part)))
        hasher.update(part)
    return hasher.digest()
