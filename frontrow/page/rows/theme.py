"""`theme`: stories of one theme, or a genre narrowed down: by theme, by length, by decade.

The combinations come from the catalogue: whatever has enough open titles may be a row, named by a small
grammar of texts, so that every name is true of every tile and can be said in any language.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

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

_MINUTES = (30, 60, 90)
"""Lengths below which titles are short; each is a row where the one before it isn't."""


class Theme:
    kind = "theme"

    def propose(self, stage: Stage) -> list[Proposal]:
        if not len(stage.ranked):
            return []
        wanted, limit = stage.settings.page.min_row_length, 4 * stage.row_length
        found = [(_worth(stage, row.works), row) for row in self._of_themes(stage, wanted, limit)]
        genres = [
            (_worth(stage, works), term, works)
            for term, works in best_by_term(stage, stage.catalogue.genres, wanted, limit)
        ]
        genres.sort(key=lambda of: (-of[0], of[1]))
        for _, term, works in genres[:_GENRES]:
            found += [
                (_worth(stage, row.works), row)
                for row in self._narrowed(stage, term, works, wanted)
            ]
        found.sort(key=lambda of: (-of[0], of[1].key))
        return [row for _, row in found[:_MOST]]

    def _of_themes(self, stage: Stage, wanted: int, limit: int) -> Iterator[Proposal]:
        themes = stage.catalogue.themes
        for term, works in best_by_term(stage, themes, wanted, limit):
            name = themes.names[term]
            yield Proposal(
                self.kind, name, works, ("row.theme", {"theme": name}), {"themes": [name]}
            )

    def _narrowed(self, stage: Stage, term: int, works: Works, wanted: int) -> Iterator[Proposal]:
        """Rows of some of a genre's best titles."""
        catalogue = stage.catalogue
        genre = catalogue.genres.names[term]
        most = _NARROWED * len(works)
        themes, counts = np.unique(_terms_of(stage, works), return_counts=True)
        for theme in themes[(counts >= wanted) & (counts <= most)].tolist():
            name = catalogue.themes.names[theme]
            those = works[np.isin(works, catalogue.themes.works(theme))]
            told = {"genre": genre, "theme": name}
            claims = {"genres": [genre], "themes": [name]}
            yield Proposal(self.kind, f"{genre}:{name}", those, ("row.theme.genre", told), claims)
        runtime = catalogue.runtime_minutes[works]
        for minutes in _MINUTES:
            those = works[runtime < minutes]  # nan, where it isn't known, is not
            if wanted <= len(those) <= most:
                yield Proposal(
                    self.kind,
                    f"{genre}<{minutes}",
                    those,
                    ("row.theme.short", {"genre": genre, "minutes": minutes}),
                    {"genres": [genre], "minutes": minutes},
                )
                break
        decade = catalogue.year[works] // 10 * 10
        for year in np.unique(decade[np.isfinite(decade)]).astype(int).tolist():
            those = works[decade == year]
            if wanted <= len(those) <= most:
                yield Proposal(
                    self.kind,
                    f"{genre}@{year}",
                    those,
                    ("row.theme.decade", {"genre": genre, "decade": f"{year}"}),
                    {"genres": [genre], "decade": year},
                )


def _worth(stage: Stage, works: Works) -> float:
    return float(stage.value[works[:_LEADING]].sum()) / _LEADING


def _terms_of(stage: Stage, works: Works) -> Works:
    """The themes of some works, one after the other."""
    has = stage.catalogue.themes.has
    counts = has.indptr[works + 1] - has.indptr[works]
    starts = np.repeat(has.indptr[works] - (np.cumsum(counts) - counts), counts)
    found: Works = has.indices[starts + np.arange(int(counts.sum()))]
    return found
