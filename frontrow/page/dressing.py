"""Dressing: placed rows get their names, images, reasons and tokens; a window of each at a time."""

from __future__ import annotations

import numpy as np
from msgspec import UNSET
from numpy.typing import NDArray

from frontrow.base.randomness import digest_of
from frontrow.base.texts import say
from frontrow.base.tile_tokens import TokenMaker
from frontrow.base.time import US_PER_DAY
from frontrow.page.artwork import ArtworkChoice, ArtworkChooser, Taken
from frontrow.page.assembly import PlacedRow
from frontrow.page.page import Row, Tile, TileResume
from frontrow.page.reasons import TileReasons, row_reason
from frontrow.page.scoring import is_profiled
from frontrow.page.stage import Bools, Stage
from frontrow.viewers.glimpses import corrected
from frontrow.viewers.reactions import NOBODY
from frontrow.viewers.resume import Resume, choose_edition, resume_of


def taken_by(stage: Stage) -> Taken:
    """Who chooses on a page. What choices rest on is as it was when their window began; without
    profiling nothing of it is this viewer's."""
    request = stage.request
    length = stage.settings.exploration.artwork_days * US_PER_DAY
    window = request.decide_us // length
    context = NOBODY
    if is_profiled(stage.view.profile, request, stage.settings.service):
        # By the titles that worths were learned on: one that changes moves no other's chances.
        learned_on = stage.catalogue if stage.choices is None else stage.choices.catalogue
        context = stage.view.context_at(learned_on, window * length)
        context = corrected(context, stage.view.viewer.corrections)
    key = request.profile_id
    if not request.personalised:  # of what such a page is of, but the day
        profile = stage.view.profile
        key = f"anyone {request.device} {request.country} {request.language}"
        key += f" {profile.maturity_limit}/{profile.kids}"
    return Taken(key, window, stage.choices, context)


def row_id(placed: PlacedRow) -> str:
    """A row's name within its page, the same on every page that has the same row."""
    proposal = placed.proposal
    if not proposal.key:
        return proposal.kind
    return f"{proposal.kind}.{digest_of(0, proposal.kind, proposal.key, size=6).hex()}"


class Dresser:
    """Gives placed rows their names, images, reasons and tokens; a window of each at a time.

    still, playable: where a window is asked for later than the page was made, the eligibility of
    that moment (bool[n], bool[units]): what is not allowed any more is left out, everything else
    stays where it was.
    """

    def __init__(
        self,
        stage: Stage,
        page_id: str,
        secret: bytes,
        *,
        still: Bools | None = None,
        playable: Bools | None = None,
    ) -> None:
        self._stage = stage
        self._tokens = TokenMaker(page_id, secret)
        self._still = still
        self._playable = stage.eligibility.playable if playable is None else playable
        # Asked later, what to play next is judged again too.
        self._going = dict(stage.under_way) if playable is None else {}
        self.taken = taken_by(stage)
        self._reasons = TileReasons(stage, self.taken)
        self.evidence = self._reasons.choices  # (row, column) -> the reason told, of several
        alike = stage.settings.exploration.artwork_alike
        self._chooser = ArtworkChooser(stage.catalogue, self.taken, alike)
        self.artwork: dict[str, ArtworkChoice] = {}  # title id -> what was chosen, how likely

    def rows(self, placed: list[PlacedRow], columns: int) -> list[Row]:
        """Rows with their first `columns` tiles."""
        windows = [self._window(one, 0, columns) for one in placed]
        dressed = self._dress(
            [(one, places) for one, (places, _) in zip(placed, windows, strict=True)]
        )
        return [
            Row(
                row_id=row_id(one),
                kind=one.proposal.kind,
                title=say(self._stage.request.language, *one.proposal.name),
                reason=row_reason(one, self._stage),
                tiles=tiles,
                more=more,
            )
            for one, tiles, (_, more) in zip(placed, dressed, windows, strict=True)
        ]

    def columns(self, placed: PlacedRow, offset: int, columns: int) -> list[int]:
        """The columns that `tiles` shows of such a window."""
        found: list[int] = self._window(placed, offset, columns)[0].tolist()
        return found

    def tiles(self, placed: PlacedRow, offset: int, columns: int) -> tuple[list[Tile], bool]:
        """A window of a row's tiles, and whether it goes on."""
        places, more = self._window(placed, offset, columns)
        return self._dress([(placed, places)])[0], more

    def _window(
        self, placed: PlacedRow, offset: int, columns: int
    ) -> tuple[NDArray[np.intp], bool]:
        """The places of a window: of places, not of tiles left, so that the next begins where it ends."""
        places = np.arange(len(placed.works))
        if self._still is not None:
            places = places[self._still[placed.works]]
        end = offset + columns
        return places[(places >= offset) & (places < end)], bool((places >= end).any())

    def _dress(self, windows: list[tuple[PlacedRow, NDArray[np.intp]]]) -> list[list[Tile]]:
        """The tiles of each window; what is looked up for a title is looked up for all at once."""
        none = np.zeros(0, dtype=np.int32)
        works = np.concatenate([none, *(placed.works[places] for placed, places in windows)])
        self._reasons.look_at(works)
        chosen = self._chooser.choose(
            [(placed.works, placed.proposal.whole) for placed, _ in windows],
            [places for _, places in windows],
        )
        return [
            self._row_of_tiles(placed, places, images)
            for (placed, places), images in zip(windows, chosen, strict=True)
        ]

    def _row_of_tiles(
        self,
        placed: PlacedRow,
        places: NDArray[np.intp],
        images: list[ArtworkChoice | None],
    ) -> list[Tile]:
        labels = self._stage.catalogue.labels(self._stage.request.language)
        drawn = set() if placed.draw is None else set(placed.draw.works.tolist())
        columns = places.tolist()
        tokens = self._tokens.tokens(placed.row, columns)
        tiles = []
        works = placed.works[places].tolist()
        for work, column, token, image in zip(works, columns, tokens, images, strict=True):
            title_id, name = labels[work] or self._edition(work)
            resume = self._resume(work)
            explore = work in drawn
            if image is not None and len(image.candidates) > 1:
                self._note(title_id, placed, image)
            tiles.append(
                Tile(
                    title_id=title_id,
                    name=name,
                    token=token,
                    explore=explore,
                    artwork=None if image is None else image.shown,
                    reason=self._reasons.of(placed, work, column, explore, resume),
                    resume=None if resume is None else _as_tile(resume),
                )
            )
        return tiles

    def _note(self, title_id: str, placed: PlacedRow, image: ArtworkChoice) -> None:
        """Keep a choice for the record; a work that stands in two rows may have another image in the
        second, where the looks of its neighbours ask for it."""
        if self.artwork.setdefault(title_id, image) != image:
            self.artwork[f"{title_id} in {row_id(placed)}"] = image

    def _edition(self, work: int) -> tuple[str, str]:
        """(title id, name) of the edition that this viewer gets."""
        catalogue, language = self._stage.catalogue, self._stage.request.language
        editions = catalogue.works[work].editions
        units = self._stage.eligibility.usable if catalogue.has_episodes[work] else self._playable
        chosen = choose_edition(catalogue, editions, units, language) or editions[0]
        return chosen.title.title_id, chosen.title.name_in(language)

    def _resume(self, work: int) -> Resume | None:
        going = self._going.get(work)
        if going is not None:
            return going
        if work not in self._stage.view.touched:
            return None
        group = self._stage.view.groups[work]
        language = self._stage.request.language
        return resume_of(work, group, self._stage.catalogue, self._playable, language)


def _as_tile(resume: Resume) -> TileResume:
    return TileResume(
        title_id=resume.title_id,
        season=UNSET if resume.season is None else resume.season,
        episode=UNSET if resume.episode is None else resume.episode,
        position_seconds=resume.position_seconds,
        fraction=resume.fraction,
    )
