"""Which of a title's images is shown: chosen for this viewer, kept for a window, with its chance on record.

What a choice rests on stands still for a window (`exploration.artwork_days`): the record of choices that is
in force in it, and of the viewer what was known when it began. The draw is a hash of (viewer, window, image).
So any process makes the same choice, and nothing that comes meanwhile moves it.

Images of one look don't stand side by side without end: after so many alike (`exploration.artwork_alike`), a
tile's candidates are its images of other looks, where it has any. That goes by the whole row as it is
settled, so it is the same whichever part of it is asked for. Rows that may repeat a work of another row
(`continue_watching`, `my_list`, `top10`) are free of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.base.randomness import digest_of
from frontrow.catalog import Catalogue
from frontrow.catalog.candidates import NO_LOOK, images_of
from frontrow.page.choice_values import ChoiceValues
from frontrow.page.choosing import Drawn, Race, race, shared_trials
from frontrow.page.page import TileArtwork
from frontrow.viewers.choices import shares_of
from frontrow.viewers.reactions import NOBODY, Context

Works = NDArray[np.int32]
Floats = NDArray[np.float64]

_ENOUGH_BEGUN = 0.5
"""Works begun at which what viewers of the same genres chose says half, and what all chose the other half."""


@dataclass(frozen=True, slots=True)
class ArtworkChoice:
    """The image chosen, with what chance, of which candidates."""

    shown: TileArtwork
    propensity: float
    candidates: tuple[str, ...]  # artwork ids
    arm: str  # which part of the policy drew: `learned` or `floor`


@dataclass(frozen=True)
class Taken:
    """Who chooses: whose draws they are, in which window, knowing what."""

    key: str  # of the viewer; without profiling, of nothing that is the viewer's
    window: int  # its number since 1970
    values: ChoiceValues | None = None  # None: nothing is known yet
    context: Context = NOBODY


class ArtworkChooser:
    """Chooses the images of a page's rows."""

    def __init__(self, catalogue: Catalogue, taken: Taken, alike: int) -> None:
        self._images = images_of(catalogue)
        self._hash = catalogue.work_hash
        self._taken, self._alike = taken, alike
        base = digest_of(taken.window, "artwork", taken.key, size=8)
        self._base = int.from_bytes(base, "big")
        self._suits = None if taken.values is None else _Suits(taken.values, taken.context)

    def choose(
        self, rows: Sequence[tuple[Works, bool]], windows: Sequence[NDArray[np.intp]]
    ) -> list[list[ArtworkChoice | None]]:
        """An image for each tile of each row's window; None where a work has none.

        rows: a row's works to its full length, and whether it is free of the rule of looks
        windows: places in each
        """
        none = np.zeros(0, dtype=np.int32)
        works = np.concatenate([none, *(works for works, _ in rows)])
        first = self._images.starts[works]
        count = self._images.starts[works + 1] - first
        width = max(int(count.max(initial=1)), 1)
        there = np.arange(width) < count[:, None]
        at = np.where(there, first[:, None] + np.arange(width), 0)
        run = self._race(works, at, there)
        drawn = run.run() if len(works) else None
        plain = self._plainly(at, count, drawn)
        found, begin = [], 0
        for (row, free), places in zip(rows, windows, strict=True):
            end = begin + len(row)
            instead = {}
            if not free and drawn is not None:
                instead = self._varied(run, drawn, at, there, begin, end)
            found.append(
                [
                    self._again(at, there, *instead[begin + p], begin + p)
                    if begin + p in instead
                    else plain(begin + p)
                    for p in places.tolist()
                ]
            )
            begin = end
        return found

    def _race(self, works: Works, at: NDArray[np.int64], there: NDArray[np.bool_]) -> Race:
        value, known = None, np.zeros(len(works))
        if self._suits is not None:
            value = self._suits.of(at, there)
            known = self._suits.known(works)
        numbers = self._images.number[at] if self._images.m else at.astype(np.uint64)
        return race(value, known, there, numbers, self._hash[works], self._base)

    def _varied(
        self, run: Race, drawn: Drawn, at: NDArray[np.int64], there: NDArray[np.bool_],
        begin: int, end: int,
    ) -> dict[int, tuple[Drawn, NDArray[np.bool_]]]:  # fmt: skip
        """Tile -> the draw that leaves out a look, and what it leaves out, where one ran on too long."""
        look = self._images.look
        if not len(look):
            return {}
        looks = np.where(there[begin:end], look[at[begin:end]], NO_LOOK)
        shown = looks[np.arange(end - begin), drawn.chosen[begin:end]].tolist()
        instead: dict[int, tuple[Drawn, NDArray[np.bool_]]] = {}
        last, alike = NO_LOOK, 0
        for i, own in enumerate(shown):
            if last != NO_LOOK and alike >= self._alike:
                left_out = there[begin + i] & (looks[i] == last)
                if left_out.any() and not left_out[there[begin + i]].all():
                    again = run.without(begin + i, left_out)
                    instead[begin + i] = again, left_out
                    own = int(looks[i, again.chosen[0]])
            alike = alike + 1 if own == last else 1
            last = own
        return instead

    def _plainly(
        self, at: NDArray[np.int64], count: NDArray[np.int64], drawn: Drawn | None
    ) -> Callable[[int], ArtworkChoice | None]:
        """The choice of a tile from all its candidates."""
        if drawn is None:
            return lambda tile: None
        image = self._images.image
        chosen = at[np.arange(len(at)), drawn.chosen].tolist()
        propensity, by_floor = drawn.propensity.tolist(), drawn.by_floor.tolist()
        first, counts = at[:, 0].tolist(), count.tolist()

        def plain(tile: int) -> ArtworkChoice | None:
            if not counts[tile]:
                return None
            one, start = image[chosen[tile]], first[tile]
            return ArtworkChoice(
                TileArtwork(one.artwork_id, one.url),
                propensity[tile],
                tuple([other.artwork_id for other in image[start : start + counts[tile]]]),
                "floor" if by_floor[tile] else "learned",
            )

        return plain

    def _again(
        self,
        at: NDArray[np.int64],
        there: NDArray[np.bool_],
        drawn: Drawn,
        left_out: NDArray[np.bool_],
        tile: int,
    ) -> ArtworkChoice:
        """The choice of a tile from the candidates that variety leaves."""
        image = self._images.image
        one = image[int(at[tile, drawn.chosen[0]])]
        return ArtworkChoice(
            TileArtwork(one.artwork_id, one.url),
            float(drawn.propensity[0]),
            tuple(image[i].artwork_id for i in at[tile, there[tile] & ~left_out].tolist()),
            "floor" if drawn.by_floor[0] else "learned",
        )


class _Suits:
    """How well images suit one viewer."""

    def __init__(self, values: ChoiceValues, context: Context) -> None:
        self._values = values
        images, f = values.images, values.by_genre.shape[1]
        self._share = np.zeros(f)  # in each genre's column
        for name, share in shares_of(context.genres).items():
            if name in values.genres:
                self._share[values.genres[name]] = share
        enough = context.begun / (context.begun + _ENOUGH_BEGUN)
        total = float(np.cumsum(np.append(0.0, self._share))[-1])
        self._rest = 1.0 - enough * min(total, 1.0)
        liked = [context.tags.get(tag, 0.0) for tag in images.tags]
        known = np.zeros(len(images.people))  # a few of many: who isn't known costs nothing
        for name in context.people:
            place = images.place_of_person.get(name)
            if place is not None:
                known[place] = context.match((), (name,))[1]
        shares = [context.genres.get(tag.casefold(), 0.0) for tag in images.tags]
        self._liked, self._shares = np.array([*liked, 0.0]), np.array([*shares, 0.0])
        self._known = np.append(known, 0.0)
        self._plain = context is NOBODY
        self._own = float(context.good)  # what is known of this viewer counts for every title

    def of(self, at: NDArray[np.int64], there: NDArray[np.bool_]) -> Floats:
        """float64[t, K]: worths, above 0."""
        values, images = self._values, self._values.images
        found = np.ones(there.shape)
        image = at[there]
        if not len(image):
            return found
        worth = self._rest * values.everyone[image]
        if self._share.any():
            among = (values.by_genre[image] * self._share).sum(axis=1)
            worth = worth + (1.0 - self._rest) * among
        found[there] = worth
        if self._plain:
            return found
        tag, weight = images.tag[image], values.match
        said = weight[0] * self._liked[tag].sum(axis=1)
        said += weight[1] * self._known[images.person[image]].max(axis=1)
        said += weight[2] * self._shares[tag].sum(axis=1)
        match = np.zeros(there.shape)
        match[there] = said
        # One after the other, so that it is the same however wide the others make the array.
        mean = np.cumsum(match, axis=1)[:, -1] / np.maximum(there.sum(axis=1), 1)
        return np.asarray(found * np.exp(match - mean[:, None]))

    def known(self, works: Works) -> Floats:
        """float64[t]: good trials that the worths rest on."""
        shared = shared_trials(self._values.all_good) + self._own
        return np.asarray(self._values.good[works] + shared)
