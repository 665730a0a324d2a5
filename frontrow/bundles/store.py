"""Write, verify, publish, load."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from frontrow.base.errors import BadBundle
from frontrow.base.files import arrays_to_bytes, map_arrays, write_whole
from frontrow.base.seals import BLANK, is_whole, sealed
from frontrow.catalog import Catalogue
from frontrow.models.text import Reader
from frontrow.page.policy import BoundPolicy
from frontrow.ranking import Ranker

FORMAT = 1
"""Version of the layout; a bundle of another is refused with both named."""

_ARRAYS = "model.safetensors"
_MANIFEST = "bundle.json"
_POINTER = "live.json"

_REMEMBERED = 20
"""Bundles that were in force and that a rollback can find again, if they are kept."""


_BEGINNING = re.compile("[0-9a-f]{1,64}")

Stamp = tuple[int, int]
"""Tells one state of the pointer from another."""


class Manifest(Struct, frozen=True, kw_only=True):
    """What a bundle is: the fit's configuration, and what it was fitted on."""

    format: int
    arrays_sha256: str
    config: dict[str, Any]
    catalogue_revision: int
    log_position: list[list[int]]
    fitted_at_us: int  # moment of the data, not of the machine
    seed: int
    events: int
    left_out: dict[str, str]  # part -> why it could not be fitted
    gate: dict[str, Any] = {}
    forgets: int | UnsetType = UNSET  # how many there had been when it was fitted; unset: none


class BundlePolicy:
    """A loaded bundle: the `Policy` that pages are built with."""

    def __init__(self, bundle_id: str, manifest: Manifest, ranker: Ranker) -> None:
        self._bundle_id = bundle_id
        self.manifest = manifest
        self.ranker = ranker

    @property
    def bundle_id(self) -> str:
        return self._bundle_id

    def bind(self, catalogue: Catalogue, reader: Reader | None = None) -> BoundPolicy:
        return self.ranker.bind(catalogue, reader)


class BundleStore:
    """The bundles of a home."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, ranker: Ranker, manifest: dict[str, Any]) -> str:
        """Store a fitted ranking; its id is the hash of its content. Not published yet."""
        content = arrays_to_bytes(ranker.arrays(), {})
        full = Manifest(
            format=FORMAT,
            arrays_sha256=hashlib.sha256(content).hexdigest(),
            config=ranker.config(),
            **manifest,
        )
        told = msgspec.json.format(msgspec.json.encode(full, order="sorted"), indent=1)
        bundle_id = hashlib.sha256(told).hexdigest()
        folder = self._folder / bundle_id
        if not self._is_whole(bundle_id):
            aside = self._folder / f".{bundle_id}"
            shutil.rmtree(aside, ignore_errors=True)
            try:
                aside.mkdir(parents=True)
                write_whole(aside / _ARRAYS, content)
                write_whole(aside / _MANIFEST, told)
                shutil.rmtree(folder, ignore_errors=True)  # damaged, or not there
                aside.rename(folder)
            finally:
                shutil.rmtree(aside, ignore_errors=True)
        return bundle_id

    def _is_whole(self, bundle_id: str) -> bool:
        try:
            self.load(bundle_id)
        except BadBundle:
            return False
        return True

    def load(self, bundle_id: str) -> BundlePolicy:
        """A bundle, verified to the byte. Raises `BadBundle` naming what is wrong with it."""
        folder = self._folder / bundle_id
        mend = "publish another bundle, or fit one with `frontrow train`"
        try:
            told = (folder / _MANIFEST).read_bytes()
        except OSError:
            raise BadBundle("there is no such bundle", where=bundle_id, mend=mend) from None
        if hashlib.sha256(told).hexdigest() != bundle_id:
            raise BadBundle("its manifest was changed", where=bundle_id, mend=mend)
        try:
            manifest = msgspec.json.decode(told, type=Manifest)
        except msgspec.DecodeError as error:
            raise BadBundle(f"its manifest can't be read ({error})", where=bundle_id) from None
        if manifest.format != FORMAT:
            raise BadBundle(
                f"is of format {manifest.format}; this version reads {FORMAT}",
                where=bundle_id,
                mend=mend,
            )
        arrays_path = folder / _ARRAYS
        if _sha256(arrays_path) != manifest.arrays_sha256:
            raise BadBundle("its arrays were changed or cut", where=bundle_id, mend=mend)
        arrays, _ = map_arrays(arrays_path)
        try:
            ranker = Ranker.from_arrays(arrays, manifest.config)
        except (KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
            raise BadBundle(
                f"does not fit this version ({type(error).__name__}: {error})",
                where=bundle_id,
                mend=mend,
            ) from None
        return BundlePolicy(bundle_id, manifest, ranker)

    def publish(self, bundle_id: str, *, published_at: str) -> None:
        """Point the service at a bundle. Running servers follow the pointer."""
        self._point(bundle_id, published_at, self._published())

    def rollback(self, *, published_at: str) -> str:
        """Point the service at the bundle that was in force before; again: at the one before that. Its
        id. Raises `BadBundle` where none before is kept and whole, or the pointer can't be read."""
        self.live()  # which one is in force must be known
        before = self._published()
        if before:
            before.pop()  # the one in force
        while before:
            bundle_id = before.pop()
            if self._is_whole(bundle_id):
                self._point(bundle_id, published_at, before)
                return bundle_id
        raise BadBundle(
            "no bundle that was in force before is kept",
            where=str(self._folder),
            mend="`frontrow bundles list` shows what is kept",
        )

    def _point(self, bundle_id: str, published_at: str, before: list[str]) -> None:
        pointer = {
            "seal": BLANK,
            "bundle_id": bundle_id,
            "published_at": published_at,
            "published": [*[b for b in before if b != bundle_id][-_REMEMBERED:], bundle_id],
        }
        write_whole(self._folder / _POINTER, sealed(json.dumps(pointer).encode()))

    def _published(self) -> list[str]:
        """Bundles that were in force, the one in force last; none where that can't be read."""
        try:
            told = json.loads((self._folder / _POINTER).read_bytes())
            return [str(b) for b in told.get("published", [told["bundle_id"]])]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return []

    def live(self) -> str | None:
        """The published bundle's id; None where none was published."""
        try:
            told = (self._folder / _POINTER).read_bytes()
            pointer = json.loads(told)
            if b"seal" in told and not is_whole(told):  # those of before had none
                raise ValueError("it was changed since it was written")
            return str(pointer["bundle_id"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadBundle(
                f"the pointer can't be read ({error})",
                where=str(self._folder / _POINTER),
                mend="publish a kept one with `frontrow bundles publish`, or fit one with `frontrow train`",
            ) from None

    def stamp(self) -> Stamp | None:
        """What tells that the pointer moved, cheap enough to ask on every page."""
        try:
            told = (self._folder / _POINTER).stat()
        except OSError:
            return None
        return told.st_mtime_ns, told.st_ino

    def find(self, mark: str) -> str | None:
        """The bundle whose id begins with `mark`; None where that is none, several, or no id."""
        if not _BEGINNING.fullmatch(mark):
            return None
        found = [p.name for p in self._folder.glob(f"{mark}*") if (p / _MANIFEST).exists()]
        return found[0] if len(found) == 1 else None

    def all(self) -> list[str]:
        """Bundles there are, oldest first."""
        folders = [p for p in self._folder.iterdir() if (p / _MANIFEST).exists()]
        return [p.name for p in sorted(folders, key=lambda p: (p.stat().st_mtime_ns, p.name))]

    def prune(self, keep: int, *, forgets: int = 0) -> tuple[list[str], dict[str, str]]:
        """Drop all but the newest `keep` and the live one, and those fitted before the last of
        `forgets`: they hold the influence of someone who is gone. The ids dropped, and of those that could
        not be (files of another user, say) the reasons: what was fitted and published stands either way.
        """
        try:
            live = self.live()
        except BadBundle:  # which one is meant can't be told: none is dropped
            return [], {}
        there = self.all()
        stale = {*there[:-keep], *(b for b in there if self._forgets(b) < forgets)} - {live}
        dropped: list[str] = []
        stuck: dict[str, str] = {}
        for bundle_id in (b for b in there if b in stale):
            try:
                shutil.rmtree(self._folder / bundle_id)
                dropped.append(bundle_id)
            except OSError as error:
                stuck[bundle_id] = str(error.strerror)
        return dropped, stuck

    def _forgets(self, bundle_id: str) -> int:
        try:
            told = json.loads((self._folder / bundle_id / _MANIFEST).read_bytes())
            return int(told.get("forgets", 0))
        except (OSError, ValueError, TypeError, AttributeError):
            return -1  # can't be read: of no use to anyone


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    except OSError:
        return ""
    return digest.hexdigest()
