"""A home: the folder in which one service keeps everything. Only paths and the first look here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from frontrow.base.errors import BadHome, BadInput
from frontrow.base.postgres import checked_address, is_same_address, without_password
from frontrow.base.settings import Settings
from frontrow.base.settings_file import settings_file
from frontrow.base.settings_read import load_settings

DEFAULT_HOME = "frontrow-home"
SECRET_BYTES = 32


@dataclass(frozen=True)
class Home:
    """The folders and files of a home."""

    path: Path

    @property
    def settings_path(self) -> Path:
        return self.path / "frontrow.toml"

    @property
    def database_path(self) -> Path:
        return self.path / "frontrow.db"

    @property
    def database(self) -> Path | str:
        """Where the database is: a file of the home, or the address of one on PostgreSQL.

        Raises `BadInput` where it is no such address (else it would be taken for a file's name), and
        where the settings file holds a password: whoever reads a backup of the home would have it.
        """
        url = self.settings().database.url
        if not url:
            return self.database_path
        kept = load_settings(self.settings_path, {}).database.url
        if kept and without_password(kept) != kept:
            raise BadInput(
                "holds a password",
                where=f"{self.settings_path}: database.url",
                mend="take it out; it belongs in FRONTROW_DATABASE_URL, PGPASSWORD or ~/.pgpass",
            )
        return checked_address(url)

    @property
    def bundles(self) -> Path:
        return self.path / "bundles"

    @property
    def snapshots(self) -> Path:
        return self.path / "snapshots"

    @property
    def choices(self) -> Path:
        """The record of choices of images and reasons; made when it is first folded."""
        return self.path / "choices"

    @property
    def rejected(self) -> Path:
        return self.path / "rejected"

    @property
    def reports(self) -> Path:
        return self.path / "reports"

    @property
    def artwork(self) -> Path:
        return self.path / "artwork"

    @property
    def texts(self) -> Path:
        """What a sentence model read of the titles; made when it first does."""
        return self.path / "texts"

    @property
    def run(self) -> Path:
        """What living processes hold: locks that the system frees when they end."""
        return self.path / "run"

    @property
    def secret_path(self) -> Path:
        return self.path / "secret.key"

    @property
    def forgotten_path(self) -> Path:
        """Who was forgotten, as keyed hashes; no backup holds it."""
        return self.path / "forgotten.keys"

    def settings(self) -> Settings:
        return load_settings(self.settings_path)

    def secret(self) -> bytes:
        """The key that signs page ids and tile tokens; only this home knows it.

        Raises `BadHome` where it is missing or no key: what an empty one signs, anybody can sign.
        """
        try:
            secret = self.kept_secret()
        except FileNotFoundError:
            secret = None
        if secret is None or len(secret) != SECRET_BYTES:
            what = (
                "is missing" if secret is None else f"holds {len(secret)} bytes, not {SECRET_BYTES}"
            )
            raise BadHome(
                f"{what}: nothing can be signed",
                where=str(self.secret_path),
                mend=f"put it back from a backup; {SECRET_BYTES} random bytes would do too, but void every"
                " key, token and page id",
            )
        return secret

    def kept_secret(self) -> bytes:
        """What stands where the secret should, whole or not: to look at it, never to sign."""
        return self.secret_path.read_bytes()


_OURS = frozenset(
    {"bundles", "snapshots", "rejected", "reports", "run", "artwork", "secret.key", "secret.new"}
)
"""What `init` makes before the settings file, which makes a folder a home."""


def find_home(path: str | Path | None) -> Home:
    """The home at `path`, else `FRONTROW_HOME`, else `./frontrow-home`; need not exist yet."""
    return Home(Path(path or os.environ.get("FRONTROW_HOME") or DEFAULT_HOME).expanduser())


def init_home(home: Home, database: str | None = None) -> None:
    """Make the folders, settings file and secret of a home. A home that exists is left as it is.

    database: a PostgreSQL address; kept in the settings file without its password
    Raises `BadHome` where the folder holds other things, or is a home on another database: nothing
    of it is touched.
    """
    kept = None if database is None else without_password(checked_address(database))
    if kept is not None and home.settings_path.exists():
        before = home.settings().database.url
        if not is_same_address(before, kept):
            raise BadHome(
                f"is a home on {without_password(before) or 'its own file'} already",
                where=str(home.path),
                mend="name a new folder; a home stays on the database it was made with",
            )
    if home.path.exists():
        if not home.path.is_dir():
            raise BadHome("is a file, not a folder", where=str(home.path), mend="name a folder")
        others = [path for path in home.path.iterdir() if path.name not in _OURS]
        if others and not home.settings_path.exists():  # what an interrupted `init` left is ours
            raise BadHome(
                "the folder is not empty and is no home",
                where=str(home.path),
                mend="name an empty or new folder",
            )
    make_folders(home)
    if home.settings_path.exists():
        home.secret()  # a home that lost it is told so: a new one would void its keys and page ids
    elif not home.secret_path.exists():
        aside = home.secret_path.with_suffix(".new")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(os.urandom(SECRET_BYTES))
            file.flush()
            os.fsync(file.fileno())
        aside.replace(home.secret_path)  # whole or not there: an empty key would sign nothing
    if not home.settings_path.exists():
        chosen = {} if kept is None else {("database", "url"): kept}
        home.settings_path.write_text(settings_file(chosen), "utf-8")


def make_folders(home: Home) -> None:
    """The folders of a home, where they are missing. A new home is for its owner only: it holds everyone's
    history; who may read one that is there already is its operator's to say."""
    home.path.parent.mkdir(parents=True, exist_ok=True)
    home.path.mkdir(mode=0o700, exist_ok=True)
    for folder in (home.bundles, home.snapshots, home.rejected, home.reports, home.run):
        folder.mkdir(parents=True, exist_ok=True)
    home.artwork.mkdir(exist_ok=True)


def open_home(path: str | Path | None) -> Home:
    """An existing home. Raises `BadHome` naming the command that makes one."""
    home = find_home(path)
    if not home.settings_path.exists():
        raise BadHome(
            "there is no home here",
            where=str(home.path),
            mend=f"make one with `frontrow --home {home.path} init`",
        )
    return home
