"""A PostgreSQL database, for a service of many processes: read and written through here.

Transactions are begun by hand: readers see one committed state (`REPEATABLE READ`), writers take the
locks that they name, and a commit is durable before it returns (`synchronous_commit` is never off).
A connection that died while it lay idle is replaced without anyone noticing; what fails later
raises `Unavailable`, and whether it was committed is for the caller to find out by asking again.
No message names the password.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote

import sqlalchemy as sa

from frontrow.base.errors import BadHome, BadInput, Unavailable

if TYPE_CHECKING:
    import psycopg

_LOCK_SECONDS = 10
_POOL = 8
_OVERFLOW = 32
_POOL_SECONDS = 10.0

_READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_WRITE = (
    "BEGIN ISOLATION LEVEL READ COMMITTED;"
    f" SELECT set_config('lock_timeout', '{_LOCK_SECONDS}s', true), set_config('synchronous_commit',"
    " CASE WHEN current_setting('synchronous_commit') = 'off'"
    " THEN 'on' ELSE current_setting('synchronous_commit') END, true)"
)
"""What a transaction needs is said in it: behind a pooler the next one may be another session's."""

_NETWORK = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
"""A server that fell silent is noticed within some fifteen seconds (ms the last, seconds the others)."""


class PostgresDatabase:
    """A pool of connections to one database of a PostgreSQL server."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.where = without_password(url)
        self.trouble: str | None = None  # the server ends itself where its disk fails to sync
        self.on_trouble: Callable[[str], None] = lambda told: None
        self._psycopg = _psycopg()
        names = ("OperationalError", "InterfaceError", "InternalError")
        away = [getattr(module, name) for module in (self._psycopg, sa.exc) for name in names]
        self._away: tuple[type[Exception], ...] = (*away, sa.exc.TimeoutError)
        self._wrong = (self._psycopg.ProgrammingError, sa.exc.ProgrammingError)
        self.engine = sa.create_engine(
            "postgresql+psycopg://",
            creator=self._connect,
            pool_size=_POOL,
            max_overflow=_OVERFLOW,
            pool_timeout=_POOL_SECONDS,
            use_native_hstore=False,
        )

    def _connect(self) -> psycopg.Connection[Any]:
        connection: psycopg.Connection[Any] = self._psycopg.connect(
            self.url,
            autocommit=True,  # BEGIN is said by hand
            application_name="frontrow",
            **_NETWORK,
        )
        return connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection that sees one committed state for the length of the block."""
        with self._explained("answer"):
            connection = self._begun(_READ)
            try:
                yield connection
            finally:
                postgres_driver(connection).rollback()
                connection.close()

    def number(self, statement: str) -> int:
        """The whole number that a statement finds, 0 for none: for what every page asks. One way to the
        server and back, where a transaction of its own would take three."""
        with self._explained("answer"):
            connection, found = self._told(statement)
            connection.close()
        row = found.fetchone()
        return int(row[0] or 0) if row is not None else 0

    @contextmanager
    def write(self, lock: str | None = None) -> Iterator[sa.Connection]:
        """A transaction: durable when the block ends, undone when it raises.

        lock: who writes under the same name waits for its turn, in whichever process
        """
        with self._explained("write"):
            connection = self._begun(_WRITE)
            try:
                raw = postgres_driver(connection)
                if lock is not None:
                    raw.execute("SELECT pg_advisory_xact_lock(%s)", (_key(lock),))
                try:
                    yield connection
                except BaseException:
                    if not raw.closed:
                        raw.rollback()
                    raise
                raw.commit()
            finally:
                connection.close()

    @contextmanager
    def _explained(self, verb: str) -> Iterator[None]:
        """What fails within is told in our words."""
        try:
            yield
        except self._away as error:
            raise self._unavailable(verb, error) from error
        except self._wrong as error:
            self._explain(error)
            raise

    def _begun(self, begin: str) -> sa.Connection:
        """A connection in a new transaction."""
        return self._told(begin)[0]

    def _told(self, statement: str) -> tuple[sa.Connection, psycopg.Cursor[Any]]:
        """A connection, and what it answered to a first statement; one that died in the pool takes all of
        its age along."""
        for last in (False, True):
            connection = self.engine.connect()
            try:
                return connection, postgres_driver(connection).execute(statement, prepare=False)
            except self._away:
                connection.invalidate()
                connection.close()
                if last:
                    raise
                self.engine.dispose()
            except BaseException:
                connection.close()
                raise
        raise AssertionError("unreachable")

    def _explain(self, error: BaseException) -> None:
        """Raise `BadHome` where what failed is for the database's owner to mend, not for us."""
        cause, errors = getattr(error, "orig", error), self._psycopg.errors
        said = str(cause).strip().partition("\n")[0]
        if isinstance(cause, errors.InsufficientPrivilege):
            raise BadHome(
                f"its user may not do that ({said})",
                where=self.where,
                mend="let that user own the database: ALTER DATABASE … OWNER TO …",
            ) from error
        if isinstance(cause, errors.DuplicateTable):
            raise BadHome(
                f"it holds tables of something else ({said})",
                where=self.where,
                mend="name an empty database",
            ) from error

    def _unavailable(self, verb: str, error: BaseException) -> Unavailable:
        said = str(getattr(error, "orig", error)).strip().partition("\n")[0]
        return Unavailable(f"the database can't {verb} ({said})", where=self.where)

    def compact(self) -> None:
        """Let the server reuse the room of what was deleted; it overwrites it in its own time."""
        try:
            with self.engine.connect() as connection:
                postgres_driver(connection).execute("VACUUM (ANALYZE)")
        except self._away as error:
            raise self._unavailable("be compacted", error) from error

    def close(self) -> None:
        self.engine.dispose()


def postgres_driver(connection: sa.Connection) -> psycopg.Connection[Any]:
    """The driver's own connection, for the few hot paths."""
    return cast("psycopg.Connection[Any]", connection.connection.driver_connection)


def check_encoding(connection: sa.Connection, where: str) -> None:
    """Raises `BadHome` where a database can't hold every name that is written somewhere."""
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise BadHome(
            f"it is encoded as {encoding}, which can't hold every name",
            where=where,
            mend="make one with createdb --encoding UTF8 --template template0",
        )


def is_postgres(address: object) -> bool:
    """Whether an address names a PostgreSQL database, not a file."""
    return isinstance(address, str) and address.startswith(("postgresql://", "postgres://"))


def without_password(url: str) -> str:
    """The address as it may be shown and kept. It is taken apart as the driver does it (libpq): `#` and `[`
    may stand in a password, a user or a host may be missing."""
    taken = _ADDRESS.fullmatch(url)
    if taken is None:
        return url
    user, at = (taken["login"] or "").partition(":")[0], taken["at"] or ""
    hosts, mark, query = taken["rest"].partition("?")
    shown = "&".join(part for part in query.split("&") if not _is_password(part))
    return f"{taken['scheme']}{user}{at}{hosts}{mark if shown else ''}{shown}"


def _is_password(part: str) -> bool:
    return unquote(part.partition("=")[0]) in ("password", "sslpassword")


def is_same_address(one: str, other: str) -> bool:
    """Whether two addresses lead to the same database, whatever their passwords and escapes."""
    return unquote(without_password(one)) == unquote(without_password(other))


_ADDRESS = re.compile(
    r"(?P<scheme>\w+://)(?:(?P<login>[^@/]*)(?P<at>@))?(?P<rest>.*)", flags=re.DOTALL
)


def checked_address(url: str) -> str:
    """An address that can be understood. Raises `BadInput` without repeating it: it may hold a password."""
    psycopg = _psycopg()
    wrong = BadInput(
        "is no address of a PostgreSQL database",
        where="database.url",
        mend="write it as postgresql://USER@HOST:5432/DATABASE; in a password, write @ as %40, / as %2F"
        " and % as %25",
    )
    if not is_postgres(url):
        raise wrong
    try:
        ports = psycopg.conninfo.conninfo_to_dict(url).get("port") or ""
    except psycopg.ProgrammingError:
        raise wrong from None
    taken = _ADDRESS.fullmatch(url)
    # The rest of a password that holds @ or / would be taken for a host, a port or a database, and shown.
    if taken is None or "@" in taken["rest"].partition("?")[0] or re.search("[^0-9,]", str(ports)):
        raise wrong
    return url


def _psycopg() -> Any:
    try:
        import psycopg
    except ImportError:
        raise BadHome(
            "the home is on PostgreSQL, and its driver is not installed",
            where="database.url",
            mend='`make postgres`, or pip install "frontrow[postgres]"',
        ) from None
    return psycopg


def _key(lock: str) -> int:
    """The number by which the server knows a lock of a name."""
    return int.from_bytes(hashlib.blake2b(lock.encode(), digest_size=8).digest(), signed=True)
