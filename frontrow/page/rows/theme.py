"""`theme`: stories of one theme, or a genre narrowed down: by theme, by length, by decade.

The combinations come from the catalogue: whatever has enough open titles may be a row, named by a small
grammar of texts, so that every name is true of every tile and can be said in any language. All are
valued at once, as groups of one sorted array; only the best become proposals.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from frontrow.base.texts import Parameter
from frontrow.page.rows.grouping import Groups, Ints, by_term, grouped, set_aside
from frontrow.page.stage import Proposal, Stage, Works

_MOST = 24
"""Rows proposed at most: those whose best titles are worth most."""

_GENRES = 8
"""Genres that are narrowed down: those whose best titles are worth most."""

_NARROWED = 0.6
"""Share of a genre's titles beyond which narrowing it down says nothing."""

_MINUTES = np.array([30, 60, 90])
"""Lengths below which titles are short; a genre's row is of the first that leaves enough."""

Named = Callable[[int], Proposal]


class Theme:
    kind = "theme"

    def propose(self, stage: Stage) -> list[Proposal]:
        if not len(stage.ranked):
            return []
        found: list[tuple[float, Named, int]] = []
        for groups, named in (self._themes(stage), *self._narrowed(stage)):
            worth = groups.worth(stage)
            best = np.argsort(-worth, kind="stable")[:_MOST].tolist()
            found += [(float(worth[group]), named, group) for group in best]
        found.sort(key=lambda of: -of[0])
        return [named(group) for _, named, group in found[:_MOST]]

    def _themes(self, stage: Stage) -> tuple[Groups, Named]:
        themes = stage.catalogue.themes
        groups = by_term(stage, "themes", stage.settings.page.min_row_length)
        groups = groups.keep(~set_aside(stage, "themes")[groups.codes])

        def named(group: int) -> Proposal:
            name = themes.names[groups.codes[group]]
            told, claims = {"theme": name}, {"themes": [name]}
            return Proposal(self.kind, name, groups.of(group), ("row.theme", told), claims)

        return groups, named

    def _narrowed(self, stage: Stage) -> list[tuple[Groups, Named]]:
        """Groups of the best titles of the genres that are worth most."""
        wanted, most = stage.settings.page.min_row_length, 4 * stage.row_length
        found = by_term(stage, "genres", wanted)
        found = found.keep(~set_aside(stage, "genres")[found.codes])
        found = found.keep(np.argsort(-found.worth(stage), kind="stable")[:_GENRES])
        if not len(found.codes):
            return []
        catalogue = stage.catalogue
        terms, sizes = found.codes, np.minimum(found.counts, most)
        works = np.concatenate([found.of(group)[:most] for group in range(len(terms))])
        genre = np.repeat(np.arange(len(terms)), sizes)
        broad = _NARROWED * sizes

        def narrowed(place: Ints, code: Ints, codes: int) -> Groups:
            found = grouped(works[place], genre[place] * codes + code)
            return found.keep(
                (found.counts >= wanted) & (found.counts <= broad[found.codes // codes])
            )

        n_themes = max(len(catalogue.themes.names), 1)
        place, theme = catalogue.sure_themes.of(works)
        kept = ~set_aside(stage, "themes")[theme]
        of_themes = narrowed(place[kept], theme[kept], n_themes)
        decade = catalogue.decade[works]
        known = np.flatnonzero(decade > 0)
        of_decades = narrowed(known, decade[known], 1_000)
        of_lengths = self._short(stage, works, genre, len(terms), broad, wanted)

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
        broad: NDArray[np.float64],
        wanted: int,
    ) -> Groups:
        """Of each genre the titles under the first length that leaves enough, if not too many."""
        runtime = stage.catalogue.longest_minutes[works]
        band = np.searchsorted(_MINUTES, runtime, side="right")
        band[~(runtime > 0)] = len(_MINUTES)
        counts = np.zeros((genres, len(_MINUTES) + 1), dtype=np.int64)
        np.add.at(counts, (genre, band), 1)
        under = np.cumsum(counts[:, :-1], axis=1)
        fits = (under >= wanted) & (under <= broad[:, None])
        first = np.where(fits.any(axis=1), fits.argmax(axis=1), -1)
        chosen = np.flatnonzero(band <= first[genre])
        return grouped(works[chosen], genre[chosen] * len(_MINUTES) + first[genre[chosen]])

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
