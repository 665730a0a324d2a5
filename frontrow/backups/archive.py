"""A backup as a file: a tar with a manifest first, then the files it names, each with its hash."""

from __future__ import annotations

import hashlib
import io
import os
import re
import tarfile
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct

from frontrow.base.errors import BadInput

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "frontrow.db"

_NAME = re.compile(r"[A-Za-z0-9._@:-]+(/[A-Za-z0-9._@:-]+)*\Z")
_CHUNK = 1 << 20
_MOST_MANIFEST_BYTES = 64 << 20


class Held(Struct, frozen=True):
    """A file of a backup."""

    name: str  # within the home, with /
    bytes: int
    sha256: str


class BackupManifest(Struct, frozen=True, kw_only=True):
    """What a backup is: when and by which version it was made, and every file in it."""

    format: int
    version: str
    schema: str  # of the database
    made_at: str
    bundle: str | None  # the live one
    without_bundle: str | None = None  # why there is none
    checked: dict[str, int]  # rows of the copy that were verified, by part
    damaged: bool = False  # made of a damaged home, on demand
    files: list[Held]


def write_archive(path: Path, manifest: BackupManifest, folder: Path) -> None:
    """Write a backup of the files of a folder; durable when it returns."""
    told = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
            _add(tar, MANIFEST, len(told), io.BytesIO(told))
            for held in manifest.files:
                with (folder / held.name).open("rb") as source:
                    _add(tar, held.name, held.bytes, source)
        file.flush()
        os.fsync(file.fileno())


def _add(tar: tarfile.TarFile, name: str, size: int, source: IO[bytes]) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    tar.addfile(member, source)


def may_hold(name: str) -> bool:
    """Whether a file of this name in a backup can be unpacked again: other names could be anything."""
    return _NAME.match(name) is not None


def hold(folder: Path) -> list[Held]:
    """Every file of a folder, the database last."""
    paths = sorted(p for p in folder.rglob("*") if p.is_file())
    found = [
        Held(str(p.relative_to(folder).as_posix()), p.stat().st_size, sha256_of(p)) for p in paths
    ]
    return sorted(found, key=lambda held: (held.name == DATABASE, held.name))


def read_archive(path: Path, into: Path) -> BackupManifest:
    """Unpack a backup into an empty folder, each file compared with the manifest's hash.

    Raises `BadInput` for a file that is no backup, or is damaged: then nothing of it is to be used.
    """
    try:
        with tarfile.open(path, mode="r:") as tar:
            manifest = _manifest(tar, path)
            wanted = {held.name: held for held in manifest.files}
            for member in tar:
                if member.name == MANIFEST:
                    continue
                held = wanted.pop(member.name, None)
                source = tar.extractfile(member) if member.isreg() else None
                if held is None or source is None or not may_hold(member.name):
                    raise BadInput(f"holds {member.name!r}, of which its manifest says nothing")
                if {".", ".."} & set(member.name.split("/")):
                    raise BadInput(f"names a file outside the home: {member.name!r}")
                _unpack(source, into / member.name, held)
            if wanted:
                raise BadInput(f"was cut: {sorted(wanted)[0]} is missing")
    except BadInput as error:
        raise BadInput(error.what, where=str(path), mend="restore another backup") from None
    except (tarfile.TarError, EOFError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(
            f"is no backup, or was damaged ({error})", where=str(path), mend="name another"
        ) from None
    return manifest


def _manifest(tar: tarfile.TarFile, path: Path) -> BackupManifest:
    first = tar.next()
    source = tar.extractfile(first) if first is not None and first.name == MANIFEST else None
    if first is None or source is None or first.size > _MOST_MANIFEST_BYTES:
        raise BadInput("is no backup: its first part is no manifest", where=str(path))
    told = source.read()
    if msgspec.json.decode(told).get("format") != FORMAT:
        raise BadInput(f"is of another format; this version reads {FORMAT}")
    return msgspec.json.decode(told, type=BackupManifest)


def _unpack(source: IO[bytes], path: Path, held: Held) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if (size, digest.hexdigest()) != (held.bytes, held.sha256):
        raise BadInput(f"{held.name} in it was damaged")


def sha256_of(path: Path) -> str:
    """Hash of a file's content."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
