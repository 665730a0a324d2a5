"""`theme`: stories of one theme, or a genre narrowed down: by theme, by length, by decade.

The combinations come from the catalogue: whatever has enough open titles may be a row, named by a small
grammar of texts, so that every name is true of every tile and can be said in any language. All are
valued at once, as groups of one sorted array; only the best become proposals.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from frontrow.base.texts import Parameter
from frontrow.page.rows.grouping import best_by_term
from frontrow.page.stage import Proposal, Stage, Works

_LEADING = 6
"""Titles that say what a row is worth."""

_MOST = 24
"""Rows proposed at most: those whose best titles are worth most."""

_GENRES = 8
"""Genres that are narrowed down: those whose best titles are worth most."""

_NARROWED = 0.6
"""Share of a genre's titles beyond which narrowing it down says nothing."""

_MINUTES = np.array([30, 60, 90])
"""Lengths below which titles are short; a genre's row is of the first that leaves enough."""

Ints = NDArray[np.int64]
Named = Callable[[int], Proposal]


@dataclass(frozen=True)
class _Groups:
    """Works in groups, the best of each first."""

    works: Works  # group after group
    starts: Ints  # [g]
    counts: Ints  # [g]
    codes: Ints  # [g], what a group is of

    def of(self, group: int) -> Works:
        return self.works[self.starts[group] : self.starts[group] + self.counts[group]]


class Theme:
    kind = "theme"

    def propose(self, stage: Stage) -> list[Proposal]:
        if not len(stage.ranked):
            return []
        found: list[tuple[float, Named, int]] = []
        for groups, named in (self._themes(stage), *self._narrowed(stage)):
            worth = _worth(stage, groups)
            best = np.argsort(-worth, kind="stable")[:_MOST].tolist()
            found += [(float(worth[group]), named, group) for group in best]
        found.sort(key=lambda of: -of[0])
        return [named(group) for _, named, group in found[:_MOST]]

    def _themes(self, stage: Stage) -> tuple[_Groups, Named]:
        wanted, limit = stage.settings.page.min_row_length, 4 * stage.row_length
        themes = stage.catalogue.themes
        parts = list(best_by_term(stage, "themes", wanted, limit))
        counts = np.array([len(works) for _, works in parts], dtype=np.int64)
        groups = _Groups(
            np.concatenate([np.zeros(0, dtype=np.int32), *(works for _, works in parts)]),
            np.cumsum(counts) - counts,
            counts,
            np.array([term for term, _ in parts], dtype=np.int64),
        )

        def named(group: int) -> Proposal:
            name = themes.names[groups.codes[group]]
            told, claims = {"theme": name}, {"themes": [name]}
            return Proposal(self.kind, name, groups.of(group), ("row.theme", told), claims)

        return groups, named

    def _narrowed(self, stage: Stage) -> list[tuple[_Groups, Named]]:
        """Groups of the best titles of the genres that are worth most."""
        wanted, limit = stage.settings.page.min_row_length, 4 * stage.row_length
        genres = list(best_by_term(stage, "genres", wanted, limit))
        genres.sort(key=lambda of: (-float(stage.value[of[1][:_LEADING]].sum()), of[0]))
        genres = genres[:_GENRES]
        if not genres:
            return []
        catalogue = stage.catalogue
        terms = np.array([term for term, _ in genres])
        sizes = np.array([len(works) for _, works in genres])
        works = np.concatenate([works for _, works in genres])
        genre = np.repeat(np.arange(len(genres)), sizes)
        most = _NARROWED * sizes

        def grouped(place: Ints, code: Ints, codes: int) -> _Groups:
            found = _grouped(works[place], genre[place] * codes + code)
            fits = (found.counts >= wanted) & (found.counts <= most[found.codes // codes])
            return _Groups(found.works, found.starts[fits], found.counts[fits], found.codes[fits])

        has = catalogue.themes.has
        n_themes = max(len(catalogue.themes.names), 1)
        owners = np.repeat(np.arange(len(works)), has.indptr[works + 1] - has.indptr[works])
        of_themes = grouped(owners, _terms_of(stage, works), n_themes)
        decade = np.nan_to_num(catalogue.year[works] // 10).astype(np.int64)
        known = np.flatnonzero(decade > 0)
        of_decades = grouped(known, decade[known], 1_000)
        of_lengths = self._short(stage, works, genre, len(genres), most, wanted)

        def by_theme(group: int) -> Proposal:
            which, theme = divmod(int(of_themes.codes[group]), n_themes)
            name = catalogue.themes.names[theme]
            return self._of(stage, terms[which], f":{name}", of_themes.of(group),
                            ("row.theme.genre", {"theme": name}), {"themes": [name]})  # fmt: skip

        def by_decade(group: int) -> Proposal:
            which, ten = divmod(int(of_decades.codes[group]), 1_000)
            return self._of(stage, terms[which], f"@{ten}", of_decades.of(group),
                            ("row.theme.decade", {"decade": f"{ten}0"}), {"decade": 10 * ten})  # fmt: skip

        def by_length(group: int) -> Proposal:
            which, band = divmod(int(of_lengths.codes[group]), len(_MINUTES))
            minutes = int(_MINUTES[band])
            return self._of(stage, terms[which], f"<{minutes}", of_lengths.of(group),
                            ("row.theme.short", {"minutes": minutes}), {"minutes": minutes})  # fmt: skip

        return [(of_themes, by_theme), (of_decades, by_decade), (of_lengths, by_length)]

    def _short(
        self,
        stage: Stage,
        works: Works,
        genre: Ints,
        genres: int,
        most: NDArray[np.float64],
        wanted: int,
    ) -> _Groups:
        """Of each genre the titles under the first length that leaves enough, if not too many."""
        runtime = stage.catalogue.runtime_minutes[works]
        band = np.searchsorted(_MINUTES, runtime, side="right")
        band[~(runtime > 0)] = len(_MINUTES)
        counts = np.zeros((genres, len(_MINUTES) + 1), dtype=np.int64)
        np.add.at(counts, (genre, band), 1)
        under = np.cumsum(counts[:, :-1], axis=1)
        fits = (under >= wanted) & (under <= most[:, None])
        first = np.where(fits.any(axis=1), fits.argmax(axis=1), -1)
        chosen = np.flatnonzero(band <= first[genre])
        return _grouped(works[chosen], genre[chosen] * len(_MINUTES) + first[genre[chosen]])

    def _of(
        self,
        stage: Stage,
        term: int,
        key: str,
        works: Works,
        name: tuple[str, dict[str, Parameter]],
        claims: dict[str, object],
    ) -> Proposal:
        genre = stage.catalogue.genres.names[term]
        told = (name[0], {"genre": genre, **name[1]})
        return Proposal(self.kind, f"{genre}{key}", works, told, {"genres": [genre], **claims})


def _grouped(works: Works, codes: Ints) -> _Groups:
    """Works by their codes, ascending; within a code they stay in order."""
    order = np.argsort(codes, kind="stable")
    codes = codes[order]
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    counts = np.diff(np.append(starts, len(codes)))
    return _Groups(works[order], starts, counts, codes[starts])


def _worth(stage: Stage, groups: _Groups) -> NDArray[np.float64]:
    """float64[g]: mean value of each group's leading titles."""
    upto = np.concatenate([[0.0], np.cumsum(stage.value[groups.works], dtype=np.float64)])
    ends = groups.starts + np.minimum(groups.counts, _LEADING)
    found: NDArray[np.float64] = (upto[ends] - upto[groups.starts]) / _LEADING
    return found


def _terms_of(stage: Stage, works: Works) -> Ints:
    """The themes of some works, one after the other."""
    has = stage.catalogue.themes.has
    counts = has.indptr[works + 1] - has.indptr[works]
    starts = np.repeat(has.indptr[works] - (np.cumsum(counts) - counts), counts)
    return has.indices[starts + np.arange(int(counts.sum()))].astype(np.int64)
