"""On PostgreSQL: events in partitions by month, what makes them unique beside them, their order of
commit, and ids in the order of their bytes as on SQLite. SQLite's tables stay as they are."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TABLES = """
DROP TABLE event;
CREATE SEQUENCE event_seq;
CREATE TABLE event (
    seq bigint NOT NULL DEFAULT nextval('event_seq'),
    transaction bigint NOT NULL,
    shard integer NOT NULL,
    profile_id text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    type text NOT NULL,
    "time" bigint NOT NULL,
    received_at bigint NOT NULL,
    body bytea NOT NULL,
    chain bytea NOT NULL
) PARTITION BY RANGE (received_at);
CREATE UNIQUE INDEX event_of_profile ON event (shard, profile_id, number, received_at);
CREATE INDEX event_in_order ON event (transaction, seq);
CREATE TABLE event_key (
    shard integer NOT NULL,
    profile_id text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (shard, profile_id, event_id)
);
CREATE TABLE event_order (ahead bigint NOT NULL);
INSERT INTO event_order VALUES (0);
ALTER TABLE profile ALTER COLUMN profile_id TYPE text COLLATE "C";
ALTER TABLE profile SET (fillfactor = 60);
ALTER TABLE decision ALTER COLUMN page_id TYPE text COLLATE "C",
    ALTER COLUMN profile_id TYPE text COLLATE "C";
ALTER TABLE title_revision ALTER COLUMN title_id TYPE text COLLATE "C";
"""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    for statement in _TABLES.split(";\n"):
        if statement.strip():
            connection.exec_driver_sql(statement)
